import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { newId } from '../../packages/server/src/ids.ts'
import { type ClickedAppServer, startClickedApp } from '../../packages/server/testing/clicked-app.ts'
import * as fixture from '../../packages/server/testing/marketplace-fixture.ts'
import { waitFor } from '../../packages/server/testing/wait-for.ts'
import { accessibilityFaults } from './axe.ts'
import { CONVERSATION, type PagesBed, pagesBed } from './pages-bed.ts'

const HOSTILE = '<img src=x onerror="document.title=1">‮ "\'&amp;'

/** Where the app leads to: any page that is there. */
const pageOfApp = () => `${bed.server.url}/errors/NOT_FOUND`

let bed: PagesBed
let app: fixture.AppFixture
let server: ClickedAppServer
let kamran: string
let negar: string
let flat: string

beforeAll(async () => {
  bed = await pagesBed({ config: { dispatcher: false } })
  server = await startClickedApp(({ path, body }) => {
    if (path === '/session') return { body: { url: pageOfApp() } }
    const { extra_data: data } = body as { extra_data?: { answer?: string } }
    if (data?.answer === 'fail') return { status: 500 }
    return { body: data?.answer === 'toast' ? { text_message: 'the visit is on Saturday' } : {} }
  })
  const { db } = bed.server
  const people = await db.selectFrom('users').select(['id', 'host_id']).execute()
  const idOf = (hostId: string) => people.find((each) => each.host_id === hostId)!.id
  kamran = idOf('kamran')
  negar = idOf('negar')
  flat = (
    await db.selectFrom('posts').select('id').where('token', '=', 'demo_flat').executeTakeFirstOrThrow()
  ).id
})
afterAll(async () => {
  await bed[Symbol.asyncDispose]()
  await server.close()
})
beforeEach(async () => {
  const { db } = bed.server
  for (const table of ['notices', 'grants', 'blocks', 'app_blocks', 'app_touchpoints'] as const) {
    await db.deleteFrom(table).execute()
  }
  const { id } = await db
    .selectFrom('users')
    .select('id')
    .where('host_id', '=', 'sara')
    .executeTakeFirstOrThrow()
  app = await fixture.addApp(db, id, {
    eventsUrl: `${server.url}/events`,
    sessionInitializationUrl: `${server.url}/session`,
    dynamicActionUrl: `${server.url}/action`,
  })
  bed.complaints.length = 0
  return () => expect(bed.complaints).toEqual([])
})

const named = (name: string, description = '') =>
  bed.server.db
    .updateTable('apps')
    .set({ display_name: name, description })
    .where('id', '=', app.id)
    .execute()

async function notify(values: { message?: string | null; buttons?: object; post?: boolean } = {}) {
  const id = newId()
  await bed.server.db
    .insertInto('notices')
    .values({
      id,
      app_id: app.id,
      user_id: kamran,
      target_type: values.post ? 'POST' : 'USER',
      post_id: values.post ? flat : null,
      message: values.message ?? 'A visit is proposed',
      buttons: JSON.stringify(values.buttons ?? {}),
    })
    .execute()
  return id
}
const unread = async () => {
  const rows = await bed.server.db.selectFrom('notices').select('id').where('read_at', 'is', null).execute()
  return rows.length
}
/** Stands at that page, with its first content. */
async function at(
  path: string,
  as = 'kamran',
  options: Parameters<PagesBed['pageOf']>[1] = {},
): Promise<Page> {
  const page = await bed.pageOf(as, { locale: 'en', ...options })
  await page.goto(path)
  return page
}
const button = (answer: string) => ({ get_dynamic_action: { data: { answer } } })

describe('notices', () => {
  test('come live: the bell counts, and what was seen is read, also on the person’s other pages', async () => {
    await named('Visit planner')
    const [chat, inbox] = [await at('/chat'), await at('/notices')]
    await inbox.getByText('No notices yet').waitFor()
    await notify({ message: 'سلام، a visit?', post: true })
    await inbox.getByRole('article').getByText('سلام، a visit?').waitFor()
    await waitFor(async () => (await unread()) === 0)
    // It stays marked as new for as long as it is looked at.
    await expect.poll(() => inbox.getByRole('article').innerText()).toContain('New')
    await chat.getByRole('link', { name: 'Notices', exact: true }).waitFor()
    await inbox.goto('/chat')
    await notify()
    await notify()
    await chat.getByRole('link', { name: '2 unread notices' }).click()
    await chat.getByRole('article').nth(2).waitFor()
    await expect.poll(() => chat.getByRole('article').first().innerText()).toContain('A visit is proposed')
    await inbox.getByRole('link', { name: 'Notices', exact: true }).waitFor()
  })

  test('that are higher than the window are read by scrolling through them', async () => {
    await notify({ message: 'a line\n'.repeat(150) })
    const page = await at('/notices', 'kamran', { screen: 'phone' })
    await page.getByRole('article').waitFor()
    await waitFor(async () => (await unread()) === 0)
  })

  test('can all be read at once', async () => {
    for (let i = 0; i < 25; i++) await notify({ message: `notice ${i}` })
    const page = await at('/notices')
    await page.getByRole('button', { name: 'Mark all as read' }).click()
    await waitFor(async () => (await unread()) === 0)
    await page.getByRole('button', { name: 'Mark all as read' }).waitFor({ state: 'detached' })
    await expect.poll(() => page.getByRole('article').count()).toBe(20)
    await page.getByRole('button', { name: 'Show more' }).click()
    await page.getByText('notice 0', { exact: true }).waitFor()
    await expect.poll(() => page.getByRole('article').count()).toBe(25)
  })

  test('have buttons: the app’s words are shown, its failure said in the person’s language, its page opened apart', async () => {
    await named('Visit planner')
    await notify({
      message: 'first',
      buttons: {
        primary: { title: 'When?', action: button('toast') },
        secondary: { title: 'Break', action: button('fail') },
      },
    })
    await notify({
      message: 'second',
      buttons: {
        primary: { title: 'Open', action: { open_server_link: { data: {} } } },
        secondary: { title: 'Nothing', action: button('') },
      },
    })
    const page = await at('/notices')
    await page.getByRole('button', { name: 'When?' }).click()
    await page.getByText('the visit is on Saturday').first().waitFor()
    await page.getByRole('button', { name: 'Break' }).click()
    await page
      .getByText(/Visit planner.*(did not|could not|cannot|problem|answer)/i)
      .first()
      .waitFor()
    await page.getByRole('button', { name: 'Nothing' }).click()
    const [tab] = await Promise.all([
      page.context().waitForEvent('page'),
      page.getByRole('button', { name: /^Open/ }).click(),
    ])
    await tab.waitForURL(pageOfApp(), { waitUntil: 'commit' })
    expect(await tab.evaluate(() => (globalThis as unknown as { opener: unknown }).opener)).toBeNull()
    await tab.close()
  })
})

describe('connected apps', () => {
  test('say what each may do; one is disconnected after saying what that means, on all pages at once', async () => {
    await named('Visit planner', 'Finds a time for both.')
    await fixture.addGrant(bed.server.db, app.id, kamran, [
      'USER_PHONE',
      'CHAT_POST_CONVERSATIONS_READ.demo_flat',
    ])
    const [page, other] = [await at('/connected-apps'), await at('/connected-apps')]
    const card = page.getByRole('article', { name: 'Visit planner' })
    await card.waitFor()
    await expect
      .poll(() => card.innerText())
      .toMatch(/Finds a time for both.*It may.*phone number.*آپارتمان ۸۵ متری/s)
    await card.getByRole('button', { name: /^Disconnect/ }).click()
    const dialog = page.getByRole('alertdialog')
    await expect.poll(() => dialog.innerText()).toContain('What it wrote stays')
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await expect.poll(() => card.isVisible()).toBe(true)
    await card.getByRole('button', { name: /^Disconnect/ }).click()
    await dialog.getByRole('button', { name: 'Disconnect' }).click()
    for (const each of [page, other]) await each.getByText('No app is connected').waitFor()
    const { revoked_reason } = await bed.server.db
      .selectFrom('grants')
      .select('revoked_reason')
      .executeTakeFirstOrThrow()
    expect(revoked_reason).toBe('user')
  })
})

describe('blocks', () => {
  test('begin in the conversation’s menu and end on their page, and meanwhile the other side can write nothing', async () => {
    const page = await at(`/chat/${CONVERSATION}`)
    const peer = await at(`/chat/${CONVERSATION}`, 'negar')
    await page.getByRole('button', { name: 'More about this conversation' }).click()
    await page.getByRole('menuitem', { name: 'Block' }).click()
    const dialog = page.getByRole('alertdialog')
    await expect.poll(() => dialog.innerText()).toContain('Neither of you can write')
    await dialog.getByRole('button', { name: 'Block' }).click()
    await dialog.waitFor({ state: 'detached' })
    for (const each of [page, peer])
      await each.getByRole('textbox', { name: 'Message' }).waitFor({ state: 'detached' })
    await page.goto('/blocked')
    await page.getByRole('button', { name: /Unblock/ }).click()
    await page.getByText('You have blocked nobody').waitFor()
    await peer.getByRole('textbox', { name: 'Message' }).waitFor()
  })

  test('can be confirmed on a phone, however long a name is', async () => {
    const name = 'W'.repeat(100)
    const { db } = bed.server
    const [buyer, seller] = [
      await fixture.addUser(db, { name: 'Babak' }),
      await fixture.addUser(db, { name }),
    ]
    const post = await fixture.addPost(db, seller.id, {})
    const id = await fixture.addConversation(db, post, seller.id, buyer.id)
    const page = await bed.pageOf(buyer.hostId, { locale: 'en', screen: 'phone' })
    await page.goto(`/chat/${id}`)
    await page.getByRole('button', { name: 'More about this conversation' }).click()
    await page.getByRole('menuitem', { name: 'Block' }).click()
    const button = page.getByRole('alertdialog').getByRole('button', { name: 'Block' })
    const { x, width } = (await button.boundingBox())!
    expect([x > 0, x + width < 360]).toEqual([true, true])
    await button.click()
    const toast = (await page.getByRole('listitem').filter({ hasText: name }).last().boundingBox())!
    expect(toast.x + toast.width).toBeLessThanOrEqual(360)
  })

  test('of a chatbot end on their page', async () => {
    await named('Weather')
    await bed.server.db.insertInto('app_blocks').values({ user_id: kamran, app_id: app.id }).execute()
    const page = await at('/blocked')
    await page.getByRole('button', { name: 'Unblock' }).click()
    await page.getByText('You have blocked nobody').waitFor()
    expect(await bed.server.db.selectFrom('app_blocks').selectAll().execute()).toEqual([])
  })
})

describe('the apps of a conversation', () => {
  const menu = (page: Page) => page.getByRole('button', { name: 'Apps', exact: true })

  test('open in a tab of their own, for this conversation', async () => {
    await named('Visit planner', 'Finds a time for both.')
    await bed.server.db
      .insertInto('app_touchpoints')
      .values({
        app_id: app.id,
        touchpoint: 'CHAT',
        operation: 'LOAD_WEBVIEW_SERVER_LINK',
        fallback_url: null,
      })
      .execute()
    const page = await at(`/chat/${CONVERSATION}`)
    await menu(page).click()
    const item = page.getByRole('menuitem', { name: /Visit planner/ })
    await expect.poll(() => item.getAttribute('rel')).toBe('noopener noreferrer')
    const [tab] = await Promise.all([page.context().waitForEvent('page'), item.click()])
    await tab.waitForURL(pageOfApp(), { waitUntil: 'commit' })
    expect(server.received.at(-1)?.body).toMatchObject({ source: 'CHAT', conversation_id: CONVERSATION })
    await tab.close()
  })

  test('are none where the marketplace offers none, and the menu says so', async () => {
    const page = await at(`/chat/${CONVERSATION}`)
    await menu(page).click()
    await page.getByText('No app is offered here.').waitFor()
  })
})

describe('chatbots', () => {
  const wantsToChat = () =>
    bed.server.db
      .insertInto('app_permissions')
      .values({ app_id: app.id, name: 'CHAT_BOT_SEND_MESSAGE', approved_at: null })
      .execute()

  test('are chosen from a list by keyboard, and their conversation opens', async () => {
    await named('Weather today', 'Ask about any city.')
    await wantsToChat()
    const page = await at('/chat')
    await page.getByRole('button', { name: 'Talk to an app' }).focus()
    await page.keyboard.press('Enter')
    const chosen = page.getByRole('dialog').getByRole('button', { name: /Weather today/ })
    await chosen.waitFor()
    await chosen.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Weather today' }).waitFor()
    await page.getByRole('textbox', { name: 'Message' }).waitFor()
    // Nothing is offered in a chatbot's conversation.
    expect(await page.getByRole('button', { name: 'Apps', exact: true }).count()).toBe(0)
  })

  test('are found by their link, and one that is not there is said to be none', async () => {
    await named('Weather by link')
    const page = await at(`/chat/addon_${app.slug}`)
    await page.getByRole('heading', { name: 'Weather by link' }).waitFor()
    await page.goto('/chat/addon_nobody')
    await expect.poll(() => page.locator('body').innerText()).toContain('There is no such chatbot')
    bed.complaints.length = 0 // the browser tells of the answer 404
  })
})

describe('every page beside the chat', () => {
  beforeEach(async () => {
    await named(HOSTILE, HOSTILE)
    await notify({
      message: HOSTILE,
      post: true,
      buttons: { primary: { title: HOSTILE, action: button('') } },
    })
    await fixture.addGrant(bed.server.db, app.id, kamran, ['USER_PHONE'])
    await bed.server.db.insertInto('blocks').values({ blocker_id: kamran, blocked_id: negar }).execute()
    await bed.server.db.insertInto('app_blocks').values({ user_id: kamran, app_id: app.id }).execute()
  })

  test.each([
    { locale: 'fa', theme: 'light', screen: 'desktop' },
    { locale: 'en', theme: 'dark', screen: 'phone' },
    { locale: 'fa', theme: 'dark', screen: 'phone' },
  ] as const)(
    'shows what others wrote as text, and can be used by everybody ($locale, $theme, $screen)',
    async (look) => {
      for (const path of ['/notices', '/connected-apps', '/blocked']) {
        const page = await at(path, 'kamran', look)
        await page.getByText('<img src=x').first().waitFor()
        expect(await page.locator('img[src="x"]').count(), path).toBe(0)
        expect(await accessibilityFaults(page), path).toEqual([])
        const overflow = await page.evaluate(() => {
          const { document } = globalThis as unknown as {
            document: { documentElement: { scrollWidth: number; clientWidth: number } }
          }
          return document.documentElement.scrollWidth - document.documentElement.clientWidth
        })
        expect(overflow, path).toBe(0)
      }
    },
  )

  test('says what happened when the server is away, and loads when it is back', async () => {
    for (const [path, call] of [
      ['/notices', '**/me/v1/notices?limit=20'],
      ['/connected-apps', '**/me/v1/grants'],
      ['/blocked', '**/me/v1/blocks'],
    ] as const) {
      const page = await bed.pageOf('kamran', { locale: 'en' })
      await page.route(call, (route) => route.fulfill({ status: 500, json: {} }))
      await page.goto(path)
      await page.getByRole('alert').getByText('This could not be loaded').waitFor()
      await page.unroute(call)
      await page.getByRole('button', { name: 'Try again' }).click()
      await page.getByText('<img src=x').first().waitFor()
    }
    bed.complaints.length = 0 // the browser tells of each 500
  })
})
