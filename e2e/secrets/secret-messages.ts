import { expect } from 'vitest'
import { upload } from '../../packages/server/testing/media-bed.ts'
import * as sample from '../../packages/server/testing/sample-files.ts'
import { waitFor } from '../../packages/server/testing/wait-for.ts'
import type { SecretCast } from './secret-people.ts'
import { call, type SecretWorld, startBabbler, unique } from './secret-world.ts'

/** Messages of people, of every kind, and of the app, with clicks on its buttons. */
export async function exchangeMessages(
  world: SecretWorld,
  { asApp, asBuyer, asSeller, messages, conversationId }: SecretCast,
): Promise<void> {
  const { node, keep } = world
  const uploadToken = await call(world, 'POST', '/me/v1/uploads', asBuyer, {})
  const uploaded = await upload(node.url, {
    kind: 'file',
    token: keep('an upload token', uploadToken.body.token),
    parts: [{ name: `${keep('a file’s name', unique('file'))}.pdf`, bytes: sample.pdfFile() }],
  })
  const mediaToken = keep('a media token', (uploaded as unknown as { body: { id: string } }).body.id)
  for (const body of [
    { text: keep('a person’s words', unique('words')) },
    { text: `به ۰۹۱۲ زنگ بزن ${keep('Persian words', 'سلام‌خصوصی')}` },
    { location: { latitude: 35.712345678, longitude: 51.412345678 } },
    {
      contact: {
        name: keep('a contact’s name', unique('contact')),
        phone: keep('a contact’s number', '09019998877'),
      },
    },
    { media_token: mediaToken },
  ]) {
    expect((await call(world, 'POST', messages, asBuyer, body)).status).toBe(200)
  }
  keep('a place', '35.712345678')
  await upload(node.url, {
    kind: 'image',
    token: keep('a wrong upload token', unique('upload')),
    parts: [{ bytes: Buffer.from('no image') }],
  })
  await upload(node.url, {
    kind: 'image',
    token: String(uploadToken.body.token),
    parts: [{ bytes: Buffer.from('no image') }],
  })

  const sent = await call(
    world,
    'POST',
    `/v2/open-platform/conversations/${conversationId}/messages`,
    { ...asApp, 'idempotency-key': keep('an idempotency key', unique('idempotency')) },
    {
      message: keep('an app’s words', unique('app-words')),
      sender_buttons: {
        rows: [
          {
            buttons: [
              {
                caption: keep('a caption', unique('caption')),
                action: { open_server_link: { data: { order: keep('data of a button', unique('data')) } } },
              },
              { caption: 'act', action: { get_dynamic_action: { data: { order: 'data' } } } },
            ],
          },
        ],
      },
    },
  )
  expect(sent.status).toBe(200)
  const click = async (column: number) => {
    const clicked = await call(world, 'POST', `${messages}/${String(sent.body.message_id)}/click`, asSeller, {
      row: 0,
      column,
    })
    expect(clicked.status).toBe(200)
  }
  await click(0)
  await click(1)
  const link =
    /http[^"\\]*\/media\/[^"\\]*/.exec((await call(world, 'GET', messages, asSeller)).text)?.[0] ?? ''
  const query = new URL(link).searchParams
  keep('the signature of a link', query.get('signature') ?? [...query.values()].at(-1))
  await fetch(new URL(link.slice(new URL(link).origin.length), node.url))
  await fetch(new URL(link.slice(new URL(link).origin.length, -3), node.url))
}

/** A chatbot, an app's page, the older forms, a notice. */
export async function useTheRest(
  world: SecretWorld,
  { asApp, asBuyer, asSeller, registered, token }: SecretCast,
): Promise<void> {
  const { app, keep } = world
  const chat = await call(world, 'POST', `/me/v1/chatbots/${registered.slug}`, asBuyer, {})
  expect(chat.status).toBe(200)
  const chatId = String(chat.body.id ?? (chat.body.conversation as { id?: string } | undefined)?.id)
  await call(world, 'POST', `/me/v1/conversations/${chatId}/messages`, asBuyer, {
    text: keep('words to a chatbot', unique('to-bot')),
  })
  const spoken = await call(
    world,
    'POST',
    `/v1/open-platform/chat/bot/conversations/${chatId}/messages`,
    asApp,
    {
      text_message: keep('a chatbot’s words', unique('bot-words')),
    },
  )
  expect(spoken.status).toBe(200)
  await call(world, 'GET', `/chat/${chatId}`, asBuyer)
  await call(
    world,
    'GET',
    `/chat/addon_${registered.slug}?x=${keep('a stray query', unique('stray'))}`,
    asBuyer,
  )
  await call(world, 'GET', `/open/${registered.slug}?touchpoint=MY_POST&post_token=${token}`, asSeller)
  await call(world, 'POST', '/v1/open-platform/notify/chat/post-conversations', asApp, {
    post_token: token,
    endpoint: `${app.url}/older/${keep('a secret in an older URL', unique('older'))}`,
    identification_key: keep('an older identification key', unique('older-key')),
  })
  await call(
    world,
    'POST',
    '/v1/open-platform/oauth/access_token',
    {},
    {
      code: keep('an older code', unique('older-code')),
      client_id: registered.slug,
      client_secret: registered.key,
      grant_type: 'authorization_code',
    },
  )

  const notice = new URLSearchParams({
    message: keep('a notice', unique('notice')),
    'primary_button.title': 'Look here',
    'primary_button.action.open_direct_link': 'https://app.example/',
  })
  expect((await call(world, 'POST', `/experimental/open-platform/events/send?${notice}`, asApp)).status).toBe(
    200,
  )
}

/** Deliveries that arrive, and that fail in every way. */
export async function failToDeliver(
  world: SecretWorld,
  { asBuyer, messages, registered }: SecretCast,
): Promise<void> {
  const { node, app, keep } = world
  await waitFor(() => world.logged().includes('"outcome":"delivered"'))
  const babbler = await startBabbler(keep('what is no HTTP', unique('babble')))
  for (const [url, outcome] of [
    [`${app.url}/failing`, '"status":500'],
    [`${app.url}/refusing`, '"status":400'],
    [babbler.url, '"stage":"protocol"'],
    ['http://127.0.0.1:9/closed', '"stage":"connect"'],
  ] as const) {
    await node.database.pool.query(
      `update endpoints set url = $2, revision = revision + 1, paused_until = '-infinity', failure_streak = 0 where id = $1`,
      [registered.endpointId, url],
    )
    await node.database.pool.query('delete from delivery_queue')
    await call(world, 'POST', messages, asBuyer, { text: keep(`words for ${url}`, unique('undelivered')) })
    await waitFor(() => world.logged().includes(outcome))
  }
  babbler.close()
}
