/** The app that is bundled with development mode, so that something answers from the first minute on. */
export const DEMO_BOT_SLUG = 'demo-bot'
