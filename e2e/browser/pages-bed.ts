import type { BrowserContext, Page } from 'playwright-core'
import { onTestFinished } from 'vitest'
import { createDatabase } from '../../packages/server/src/db/database.ts'
import { openDevelopmentMarketplace } from '../../packages/server/src/host/development-marketplace.ts'
import { createTestDatabase, type TestDatabase } from '../../packages/server/testing/test-database.ts'
import {
  startTestServer,
  type TestServer,
  type TestServerOptions,
} from '../../packages/server/testing/test-server.ts'
import { builtPages } from './built-pages.ts'
import { type ContextOptions, type OpenBrowser, openBrowser } from './open-browser.ts'

/** The conversation of negar, a buyer, and kamran, a seller, in a development marketplace. */
export const CONVERSATION = '01900000-0000-7000-8000-000000000001'

export interface PagesBed extends AsyncDisposable {
  server: TestServer
  browser: OpenBrowser
  /** A page of that person in a browser of their own, for as long as the test lasts; of nobody with null. */
  pageOf(hostId: string | null, options?: Omit<ContextOptions, 'url'>): Promise<Page>
  /** What any page has thrown or refused to load so far. A test that expects nothing of it ends by looking here. */
  complaints: string[]
}

/** The whole product in one process and a real browser: a development marketplace with its people and posts. */
export async function pagesBed(options: TestServerOptions = {}): Promise<PagesBed> {
  await using opened = new AsyncDisposableStack()
  const pages = await builtPages()
  const database = options.database ?? (await ownDatabase(opened))
  // The bundled app begins with what is there when its node starts.
  await openDevelopmentMarketplace(createDatabase(database.pool))
  const server = opened.use(await startTestServer({ ...options, database, deps: { pages, ...options.deps } }))
  const browser = opened.use(await openBrowser())
  const complaints: string[] = []
  const kept = opened.move()
  return {
    server,
    browser,
    complaints,
    async pageOf(hostId, contextOptions = {}) {
      const context = await browser.context({ url: server.url, ...contextOptions })
      onTestFinished(async ({ task }) => {
        if (task.result?.state === 'fail') await tellPages(hostId, context)
        await context.close()
      })
      if (hostId !== null) {
        await context.request.post('/dev/login', { form: { user: hostId }, maxRedirects: 0 })
      }
      const page = await context.newPage()
      page.on('pageerror', (error) => complaints.push(error.stack ?? error.message))
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(`${message.text()} (${message.location().url})`)
      })
      return page
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}

/** What was to be seen when a test failed: what it waited for in vain says little about why. */
async function tellPages(hostId: string | null, context: BrowserContext): Promise<void> {
  for (const page of context.pages()) {
    const seen = await page
      .locator('body')
      .ariaSnapshot({ timeout: 5_000 })
      .catch((error: unknown) => `could not be looked at: ${error}`)
    console.log(`${hostId ?? 'nobody'} was at ${page.url()}:\n${seen}`)
  }
}

async function ownDatabase(opened: AsyncDisposableStack): Promise<TestDatabase> {
  const database = await createTestDatabase()
  opened.defer(() => database.drop())
  return database
}
