import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { startMarketplace } from '../../examples/visit-planner/demo/marketplace-process.ts'
import { ChatPage } from './chat-page.ts'
import { type OpenBrowser, openBrowser } from './open-browser.ts'
import { SCENES, type Scene, visit } from './scenes.ts'

// Writes a picture of every page, in both languages and both themes, into docs/screenshots: `npm run screenshots`.

const FOLDER = join(import.meta.dirname, '../../docs/screenshots')
const SCREEN = { width: 1360, height: 850 }
const QUALITY = 82

await using opened = new AsyncDisposableStack()
const folder = await mkdtemp(join(tmpdir(), 'charsu-pictures-'))
await chmod(folder, 0o755) // its database may run as another user
opened.defer(() => rm(folder, { recursive: true, force: true }))
const marketplace = await startMarketplace({ database: { dataDir: join(folder, 'data') } })
opened.defer(() => marketplace.stop())
const browser = opened.use(await openBrowser())
await mkdir(FOLDER, { recursive: true })
/** Pictures in English show a chat in English. */
const english = await haveAChat(browser, {
  as: 'emma',
  post: 'demo_car',
  words: 'Hello, is it still for sale? When can I see it?',
})
const persian = await haveAChat(browser, { as: 'negar', post: 'demo_flat' })
for (const locale of ['fa', 'en'] as const) {
  for (const theme of ['light', 'dark'] as const) await takePictures(locale, theme)
}

/** A buyer picks a time of those that the bundled app offers, so that there is something to see everywhere. */
async function haveAChat(
  { context }: OpenBrowser,
  { as, post, words }: { as: string; post: string; words?: string },
): Promise<string> {
  const buyer = await context({ url: marketplace.url })
  await buyer.request.post('/dev/login', { form: { user: as }, maxRedirects: 0 })
  const opened = await buyer.request.post('/me/v1/conversations', { data: { post_token: post } })
  const { id } = (await opened.json()) as { id: string }
  const chat = await new ChatPage(await buyer.newPage()).open(id)
  if (words !== undefined) await chat.says(words)
  const messages = chat.page.getByRole('article')
  await messages
    .getByRole('button', { name: /\d\d:\d\d|[۰-۹]:[۰-۹]/ })
    .first()
    .click()
  await messages.nth(2).waitFor()
  await buyer.close()
  return id
}

function inOwnLanguage(scene: Scene, locale: 'fa' | 'en'): Scene {
  if (locale === 'fa') return scene
  if (scene.name === 'playground') return { ...scene, path: `/?conversation=${english}` }
  return { ...scene, path: scene.path.replace(persian, english) }
}

async function takePictures(locale: 'fa' | 'en', theme: 'light' | 'dark'): Promise<void> {
  for (const scene of SCENES) {
    const context = await browser.context({ url: marketplace.url, locale, theme, screen: SCREEN })
    const who = locale === 'en' && scene.as === 'negar' ? 'emma' : scene.as
    if (who !== null) await context.request.post('/dev/login', { form: { user: who }, maxRedirects: 0 })
    const page = await context.newPage()
    await visit(page, inOwnLanguage(scene, locale))
    const picture = await page.screenshot({ animations: 'disabled' })
    const file = join(FOLDER, `${scene.name}-${locale}-${theme}.webp`)
    await sharp(picture).webp({ quality: QUALITY }).toFile(file)
    process.stdout.write(`${file}\n`)
    await context.close()
  }
}
