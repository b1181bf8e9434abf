import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../examples/visit-planner/demo/free-port.ts'
import { type Marketplace, startMarketplace } from '../examples/visit-planner/demo/marketplace-process.ts'
import { silentReporter } from '../examples/visit-planner/demo/reporter.ts'
import { captions, type Stage, setStage } from '../examples/visit-planner/demo/stage.ts'
import { type StoryFacts, tellStory } from '../examples/visit-planner/demo/story.ts'
import { type TemporaryFolder, temporaryFolder } from '../packages/server/testing/temporary-folder.ts'
import { createTestDatabase, type TestDatabase } from '../packages/server/testing/test-database.ts'

/** The story of `npm run demo`, told once over real processes; every test looks at one promise in it. */
let facts: StoryFacts
let stage: Stage
let database: TestDatabase
let folder: TemporaryFolder
let marketplace: Marketplace

const STORY_MS = 180_000

beforeAll(async () => {
  database = await createTestDatabase({ empty: true, max: 2 })
  folder = await temporaryFolder()
  marketplace = await startMarketplace({ database: { databaseUrl: database.url } })
  stage = setStage({
    marketplace,
    appPort: await freePort(),
    stateFolder: folder.path,
    reporter: silentReporter,
  })
  facts = await tellStory(stage)
}, STORY_MS)

afterAll(async () => {
  await marketplace?.stop()
  await database?.drop()
  await folder?.[Symbol.asyncDispose]()
})

describe('consent', () => {
  test('the page names everything that the app asks for, and offers to allow or deny', () => {
    expect(facts.consent.promises).toHaveLength(6)
    expect(facts.consent.promises[0]).toContain('ویلای ۲۵۰ متری در نوشهر')
    expect(facts.consent.choices).toEqual(['اجازه می‌دهم', 'اجازه نمی‌دهم'])
  })

  test('tokens carry the scopes verbatim and live an hour', () => {
    const { scope, tokenType, expiresIn } = facts.consent
    expect(scope.split(' ')).toEqual([
      `CHAT_POST_CONVERSATIONS_READ.${stage.postToken}`,
      `CHAT_POST_CONVERSATIONS_MESSAGE_SEND.${stage.postToken}`,
      'SEND_EVENT',
      'USER_ID',
      'NOTIFICATION_ACCESS_REVOCATION',
      'offline_access',
    ])
    expect([tokenType, expiresIn]).toEqual(['bearer', 3600])
  })
})

describe('a message with two faces', () => {
  test('a new message reaches the app signed, with its metadata, under a webhook-id', () => {
    const { webhook, askedMessageId } = facts.twoFaces
    expect(webhook.headers).toMatchObject({ 'charsu-attempt': '1' })
    expect(webhook.headers['webhook-id']).toMatch(/^\S+$/)
    expect(webhook.headers['webhook-signature']).toMatch(/^v1,/)
    expect(webhook.body).toMatchObject({
      type: 'NEW_MESSAGE',
      metadata: { charsu_user_id: expect.any(String), charsu_grant_id: expect.any(String) },
      new_message: {
        id: askedMessageId,
        conversation: { id: stage.conversationId, type: 'POST', post_token: stage.postToken },
        sender: { side: 'BUYER', type: 'HUMAN' },
        type: 'TEXT',
      },
    })
  })

  test('it goes out as the seller, labelled with the app, each side with its own buttons', () => {
    const { sellerSees, buyerSees } = facts.twoFaces
    expect(sellerSees).toMatchObject({ mine: true, app: { slug: stage.slug, display_name: stage.names.app } })
    expect(buyerSees).toMatchObject({ mine: false, text: sellerSees.text, app: sellerSees.app })
    expect(captions(sellerSees)).toEqual([['دیدن برنامهٔ بازدیدها'], ['بازدید بعدی', 'مدیریت آگهی']])
    expect(captions(buyerSees).map((row) => row.length)).toEqual([3, 2])
    expect(JSON.stringify(buyerSees)).not.toContain('مدیریت آگهی')
    expect(JSON.stringify(sellerSees)).not.toContain('نشانی روی نقشه')
  })

  test('what the app sent comes back to it marked BOT', () => {
    expect(facts.twoFaces.echo.body).toMatchObject({
      new_message: { id: facts.twoFaces.sellerSees.id, sender: { side: 'SELLER', type: 'BOT' } },
    })
  })
})

describe('clicks', () => {
  test('a dynamic action shows a toast, and tells the app who clicked on which side', () => {
    const { toast, picked } = facts.buyerClicks
    expect(toast).toMatchObject({ outcome: 'toast', toast: expect.stringContaining('ثبت شد') })
    expect(picked.body).toMatchObject({
      touchpoint: 'CHAT',
      user_side: 'DEMAND',
      post_token: stage.postToken,
      conversation_id: stage.conversationId,
      extra_data: { action: 'pick', data: { time: expect.any(String) } },
    })
  })

  test('a dynamic action may lead to an action alone, or to a toast and an action', () => {
    expect(facts.buyerClicks.action).toEqual({
      outcome: 'opened',
      open_url: expect.stringContaining('openstreetmap.org'),
    })
    expect(facts.sellerClicks.both).toEqual({
      outcome: 'opened',
      open_url: expect.stringContaining(`${stage.appUrl}/plan/`),
      toast: expect.stringContaining('بازدید بعدی'),
    })
  })

  test('a direct link opens as it is', () => {
    expect(facts.buyerClicks.directLink.open_url).toBe(`${stage.appUrl}/guide`)
    expect(facts.buyerClicks.guide).toBe('راهنمای بازدید')
  })

  test('a server link asks the app by version 2 and opens its answer; completion_url ends the way', () => {
    const { version2, opened, planTitle, returnedTo } = facts.sellerClicks
    expect(version2.headers['api-version']).toBe('2')
    expect(version2.body).toMatchObject({
      source: 'CHAT_MESSAGE_ACTION',
      user_side: 'SUPPLY',
      extra_data: { action: 'plan' },
      provider_data: { action: 'plan' },
      completion_url: `${marketplace.url}/completion?conversation=${stage.conversationId}`,
      return_url: `${marketplace.url}/completion?conversation=${stage.conversationId}`,
    })
    expect(opened.outcome).toBe('opened')
    expect(planTitle).toBe('برنامهٔ بازدیدها')
    expect(returnedTo).toBe(`/chat/${stage.conversationId}`)
  })

  test('version 1 has the older form and no API-Version', () => {
    const { version1 } = facts.sellerClicks
    expect(version1.headers).not.toHaveProperty('api-version')
    const body = version1.body as Record<string, Record<string, unknown>>
    expect(body).toMatchObject({
      extra_data: { provider_data: { action: 'plan' } },
      callback_url: `${marketplace.url}/completion?conversation=${stage.conversationId}`,
      post_token: stage.postToken,
      conversation_id: stage.conversationId,
    })
    expect(body.supplier?.id).toBe(body.user_id)
    expect(body.demand?.id).toBe(body.peer_id)
  })

  test('the page to manage a post is the host’s own', () => {
    expect(facts.sellerClicks.managePage.open_url).toBe(`https://bazaar.example/manage/${stage.postToken}`)
  })
})

test('a notice reaches the inbox under the app’s name, and its button works there', () => {
  const { notice, clicked, session } = facts.notice
  expect(notice).toMatchObject({
    app: { slug: stage.slug },
    message: expect.stringContaining('خریدار برای بازدید'),
    post: { post_token: stage.postToken },
    primary_button: { title: 'برنامهٔ بازدیدها' },
  })
  expect(clicked.outcome).toBe('opened')
  expect(session.body).toMatchObject({ source: 'POST_ADDON', post_token: stage.postToken })
})

test('a block keeps the app out with 412 code 9 until it is taken back', () => {
  const { refused, explanation, accepted } = facts.block
  expect(refused.status).toBe(412)
  expect(refused.answer).toMatchObject({
    code: 9,
    message: "message delivery failed due to recipient's restriction",
  })
  expect(explanation).toContain('مسدود')
  expect(accepted.status).toBe(200)
})

test('the developer sees each attempt and resends under the same webhook-id; the app acts once', () => {
  const { delivery, resent, again, sentTwice } = facts.console
  expect(delivery).toMatchObject({ state: 'delivered', event_type: 'NEW_MESSAGE', attempts_made: 1 })
  expect(delivery.attempts[0]).toMatchObject({ status: 200, outcome: 'delivered' })
  expect(delivery.attempts[0]?.request_headers.authorization).toBe('***')
  expect(resent).toMatchObject({ webhook_id: delivery.webhook_id, replay: true })
  expect(again.headers['webhook-id']).toBe(delivery.webhook_id)
  expect(sentTwice).toBe(0)
})

describe('taking the consent back', () => {
  test('the token dies at once, and the grant leaves the list', () => {
    expect(facts.revoke.refused).toEqual({ status: 401, code: 16 })
    expect(facts.revoke.grantsLeft).toBe(0)
  })

  test('what was waiting ends as cancelled, never reaches the app, and cannot be resent', () => {
    const { waiting, cancelled, resendRefused, leaked } = facts.revoke
    expect(waiting).toMatchObject({ state: 'pending', attempts: [{ status: null, outcome: 'retry' }] })
    expect(cancelled).toMatchObject({ state: 'cancelled', reason: 'grant_revoked' })
    expect(resendRefused).toBe(412)
    expect(leaked).toBe(0)
  })

  test('the app hears of it', () => {
    expect(facts.revoke.revocation.body).toEqual({
      type: 'USER_ACCESS_REVOCATION',
      user_access_revocation: { user_id: expect.stringMatching(/^[\w-]{1,64}$/) },
    })
  })
})
