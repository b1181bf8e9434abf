import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startMarketplace } from '../../examples/visit-planner/demo/marketplace-process.ts'
import { openBrowser } from './open-browser.ts'

// A picture of one page, for whoever works on it: of a marketplace that runs (--url), or of a new one.

const { values } = parseArgs({
  options: {
    path: { type: 'string', default: '/' },
    out: { type: 'string' },
    as: { type: 'string' },
    url: { type: 'string' },
    width: { type: 'string', default: '1280' },
    height: { type: 'string', default: '800' },
    lang: { type: 'string', default: 'fa' },
    theme: { type: 'string', default: 'light' },
    click: { type: 'string', multiple: true, default: [] },
  },
})
const USAGE = `look.ts --out FILE.png [--path /chat] [--as negar] [--url http://localhost:4400] [--width 360] [--height 740]
        [--lang fa|en] [--theme light|dark] [--click "text or CSS selector"]…
`

if (values.out === undefined) {
  process.stderr.write(USAGE)
  process.exitCode = 2
} else {
  await using opened = new AsyncDisposableStack()
  const url = values.url ?? (await startNew(opened))
  const browser = opened.use(await openBrowser())
  const context = await browser.context({
    url,
    screen: { width: Number(values.width), height: Number(values.height) },
    locale: values.lang === 'en' ? 'en' : 'fa',
    theme: values.theme === 'dark' ? 'dark' : 'light',
  })
  const page = await context.newPage()
  page.on('console', (message) => process.stdout.write(`${message.type()}: ${message.text()}\n`))
  page.on('pageerror', (error) => process.stdout.write(`${error.stack ?? error.message}\n`))
  if (values.as) await context.request.post('/dev/login', { form: { user: values.as }, maxRedirects: 0 })
  await page.goto(values.path)
  await page.waitForLoadState('networkidle', { timeout: 5_000 }).catch(() => {})
  for (const target of values.click) {
    await page.locator(target).or(page.getByText(target)).first().click()
    await page.waitForLoadState('networkidle', { timeout: 3_000 }).catch(() => {})
  }
  await page.screenshot({ path: values.out })
}

async function startNew(opened: AsyncDisposableStack): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'charsu-look-'))
  await chmod(dataDir, 0o755) // its database may run as another user
  opened.defer(() => rm(dataDir, { recursive: true, force: true }))
  const marketplace = await startMarketplace({ database: { dataDir: join(dataDir, 'data') } })
  opened.defer(() => marketplace.stop())
  return marketplace.url
}
