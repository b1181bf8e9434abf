import { type Browser, type BrowserContext, chromium } from 'playwright-core'
import { browserProgram } from './browser-program.ts'

const PHONE = { width: 360, height: 740 }
const DESKTOP = { width: 1280, height: 800 }

export interface ContextOptions {
  /** Origin of the pages. */
  url: string
  screen?: 'phone' | 'desktop' | { width: number; height: number }
  locale?: 'fa' | 'en'
  theme?: 'light' | 'dark'
  reducedMotion?: boolean
}

export interface OpenBrowser extends AsyncDisposable {
  browser: Browser
  /** A person's browser of their own: its cookies are nobody else's. */
  context(options: ContextOptions): Promise<BrowserContext>
}

/** A real Chromium that reaches nothing but this machine. */
export async function openBrowser(): Promise<OpenBrowser> {
  const browser = await chromium.launch({
    executablePath: await browserProgram(),
    // The sandbox needs what containers and root do not have. Names are not looked up: nothing leaves this machine.
    args: [
      '--no-sandbox',
      '--disable-dev-shm-usage',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
    ],
  })
  return {
    browser,
    async context({ url, screen = 'desktop', locale = 'fa', theme = 'light', reducedMotion = true }) {
      const viewport = screen === 'phone' ? PHONE : screen === 'desktop' ? DESKTOP : screen
      const context = await browser.newContext({
        baseURL: url,
        viewport,
        locale: locale === 'fa' ? 'fa-IR' : 'en-GB',
        timezoneId: 'Asia/Tehran',
        colorScheme: theme,
        reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
        ...(screen === 'phone' && { hasTouch: true, isMobile: true, deviceScaleFactor: 2 }),
      })
      await context.addCookies([
        { name: 'charsu_locale', value: locale, url },
        { name: 'charsu_theme', value: theme, url },
      ])
      return context
    },
    [Symbol.asyncDispose]: () => browser.close(),
  }
}
