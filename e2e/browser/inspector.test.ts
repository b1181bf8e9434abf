import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { waitFor } from '../../packages/server/testing/wait-for.ts'
import { accessibilityFaults } from './axe.ts'
import { CONVERSATION, type PagesBed, pagesBed } from './pages-bed.ts'

let bed: PagesBed

beforeAll(async () => {
  bed = await pagesBed({ deps: { demoBot: true } })
  const written = () =>
    bed.server.db
      .selectFrom('messages')
      .select('id')
      .where('conversation_id', '=', CONVERSATION)
      .where('app_id', 'is not', null)
      .executeTakeFirst()
  // The bot has answered the message that is there from the beginning: it hears of the next ones.
  await waitFor(written, { timeoutMs: 20_000 })
})
afterAll(() => bed?.[Symbol.asyncDispose]())
beforeEach(() => {
  bed.complaints.length = 0
  return () => expect(bed.complaints).toEqual([])
})

/** What negar writes, to which the demo bot answers. */
async function write(text: string): Promise<string> {
  const path = `/dev/as/negar/me/v1/conversations/${CONVERSATION}/messages`
  const answer = await fetch(bed.server.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text }),
  })
  const said = await answer.text()
  expect(answer.status, said).toBe(200)
  return (JSON.parse(said) as { id: string }).id
}

const STEP_MS = 9_000

const story = (page: Page) => page.getByRole('region', { name: 'The story of this message' })

/** The story of a message that the bot has answered, and the way to its answer. */
async function openStory(text: string, { page: given }: { page?: Page } = {}): Promise<Page> {
  const message = await write(text)
  const page = given ?? (await bed.pageOf(null, { locale: 'en', screen: { width: 1280, height: 900 } }))
  page.setDefaultTimeout(STEP_MS)
  await page.goto(`/?conversation=${CONVERSATION}&message=${message}`)
  await story(page).getByText('It became a message').first().waitFor()
  return page
}

test('a message tells the event, the app’s call, and leads to what came of it and back', async () => {
  const page = await openStory('When can I see it?')
  const told = story(page)
  await told
    .getByText(/Told \P{L}*demo-bot/u)
    .first()
    .waitFor()
  await told.getByText('delivered').first().waitFor()
  await told.getByText('ConversationSendMessage').first().waitFor()
  expect(await told.getByText('likely').count(), 'the bot passes the trace on').toBe(0)
  await told.getByRole('button', { name: 'Go to this message' }).first().click()
  await told.getByText('The app was told of another message').waitFor()
  await told.getByRole('button', { name: 'Go to the message that led to it' }).click()
  await told.getByText('When can I see it?').waitFor()
  expect(await accessibilityFaults(page)).toEqual([])
})

test('a click appears in the story by itself, with what the app was asked and said', async () => {
  const page = await openStory('And on Saturday?')
  await story(page).getByRole('button', { name: 'Go to this message' }).first().click()
  await story(page).getByText('The app was told of another message').waitFor()
  const message = new URL(page.url()).searchParams.get('message')
  const path = `/dev/as/negar/me/v1/conversations/${CONVERSATION}/messages/${message}/click`
  const answer = await fetch(bed.server.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ row: 0, column: 0 }),
  })
  expect(answer.status, await answer.text()).toBe(200)
  await story(page).getByText('showed a toast').waitFor()
  await story(page).getByText('get_dynamic_action').waitFor()
  await story(page)
    .getByText(/Asked \P{L}*demo-bot\P{L}* what to do/u)
    .waitFor()
})

test('a webhook is replayed, and sent with another body, whose faults are named by line', async () => {
  const page = await openStory('Is it still there?')
  const told = story(page)
  await told
    .getByRole('button', { name: /NEW_MESSAGE/ })
    .first()
    .click()
  await told.getByRole('button', { name: 'Replay' }).click()
  await told.getByText(/Told \P{L}*demo-bot\P{L}* once more/u).waitFor()
  await told.getByRole('button', { name: 'Edit and resend' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox').fill('{\n  "type": oops\n}')
  await dialog.getByText('see line 2, column 11').waitFor()
  await expect.poll(() => dialog.getByRole('button', { name: 'Send' }).isDisabled()).toBe(true)
  await dialog.getByRole('textbox').fill('{"type":"SOMETHING_NEW"}')
  await dialog.getByRole('button', { name: 'Format' }).click()
  await expect.poll(() => dialog.getByRole('textbox').inputValue()).toBe('{\n  "type": "SOMETHING_NEW"\n}')
  await dialog.getByRole('button', { name: 'Send' }).click()
  await dialog.getByText('What the app answered').waitFor()
  await dialog.getByText('The platform would take this answer.').waitFor()
  expect(await accessibilityFaults(page)).toEqual([])
})

test('headers and body are shown, and a call is copied as curl', async () => {
  const page = await openStory('How large is it?')
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await story(page)
    .getByRole('button', { name: /ConversationSendMessage/ })
    .first()
    .click()
  await story(page)
    .getByText(/^\d+ headers$/)
    .click()
  await story(page).getByText('x-api-key').waitFor()
  await story(page).getByRole('button', { name: 'Copy as curl' }).click()
  await page.getByText('Copied').first().waitFor()
  const copied: string = await page.evaluate('navigator.clipboard.readText()')
  expect(copied).toContain('curl --globoff')
  expect(copied).toContain(`/v2/open-platform/conversations/${CONVERSATION}/messages`)
  expect(copied).toContain('"$CHARSU_API_KEY"')
})

test('a message that is not there says so, in Persian too', async () => {
  const page = await bed.pageOf(null, { locale: 'fa', screen: { width: 1280, height: 900 } })
  await page.goto(`/?conversation=${CONVERSATION}&message=01900000-0000-7000-8000-00000000ffff`)
  await page.getByText('این پیام دیگر اینجا نیست').waitFor()
  // The browser itself writes down that it was not found.
  bed.complaints.splice(0, bed.complaints.length, ...bed.complaints.filter((each) => !/404/.test(each)))
})
