import { expect, test } from 'vitest'
import { useConsoleBed } from '../../testing/console-bed.ts'
import { newId } from '../ids.ts'
import type { clickView, deliveryDetails } from './traffic-views.ts'

const bed = useConsoleBed()

const PHONE = '09127654321'
const PERSIAN = '۰۹۱۲۷۶۵۴۳۲۱'
const ALL = /0912765|۰۹۱۲۷۶۵|91276543|9127654321/

test('a phone number that a person wrote, and that the app answered, is masked in the delivery', async () => {
  bed.appSays({
    status: 200,
    headers: { 'x-seen': PHONE },
    body: `{"echo": "call ${PHONE}", "phone": "88887777"}`,
  })
  await bed.subscribe({ note: `+98${PHONE.slice(1)}` })
  const [summary] = await bed.deliver([`call me: ${PHONE} یا ${PERSIAN}`], 'delivered')
  const { body, text } = await bed.call<ReturnType<typeof deliveryDetails>>(
    'GET',
    `/apps/${bed.app.slug}/deliveries/${summary!.id}`,
  )
  expect(text).not.toMatch(ALL)
  expect(text).not.toContain('88887777')
  const [heard] = bed.receiver.received
  expect(heard!.body).toContain(PHONE)
  // Everything else is as it was sent.
  const sent = JSON.parse(heard!.body)
  expect(JSON.parse(body.request_body!)).toEqual({
    ...sent,
    metadata: { note: '+9891******21' },
    new_message: { ...sent.new_message, text: 'call me: 0912*****21 یا ۰۹۱۲*****۲۱' },
  })
  expect(body.attempts[0]).toMatchObject({
    answer_body: '{"echo":"call 0912*****21","phone":"********"}',
    answer_headers: { 'x-seen': '0912*****21' },
  })
})

test('a shared contact is masked, whatever its number looks like', async () => {
  await bed.subscribe()
  const { pool } = bed.node.database
  const [summary] = await bed.deliver(['x'], 'delivered')
  await pool.query(
    `update messages set type = 'CONTACT', body = '{"contact": {"name": "Sima", "phone": "021-8888"}}'
     where conversation_id = $1`,
    [bed.conversation.conversationId],
  )
  const { body } = await bed.call<ReturnType<typeof deliveryDetails>>(
    'GET',
    `/apps/${bed.app.slug}/deliveries/${summary!.id}`,
  )
  expect(JSON.parse(body.request_body!)).toMatchObject({
    new_message: { contact_data: { name: 'Sima', phone: '***-****' } },
  })
})

test('a click shows no number that the app put into its buttons or answered', async () => {
  const row = {
    app_id: bed.app.id,
    user_id: bed.seller.id,
    button: 'rows[0].buttons[0]',
    action: 'open_server_link',
    outcome: 'failed' as const,
    reason: 'ANSWER_NOT_JSON',
    detail: `the answer begins with "call ${PHONE}"`,
    request: JSON.stringify({
      url: `http://app/?tel=${PHONE}`,
      body: { extra_data: { phone: 12345678, at: 1790000000123456 } },
    }),
    answer_status: 200,
    answer_body: `call ${PERSIAN}`,
    duration_ms: 1,
    message_id: null,
    notice_id: null,
    conversation_id: null,
    touchpoint: null,
  }
  await bed.node.db
    .insertInto('clicks')
    .values({ id: newId(), ...row })
    .execute()
  const { body, text } = await bed.call<{ clicks: ReturnType<typeof clickView>[] }>(
    'GET',
    `/apps/${bed.app.slug}/clicks`,
  )
  expect(text).not.toMatch(ALL)
  expect(body.clicks[0]).toMatchObject({
    detail: 'the answer begins with "call 0912*****21"',
    request: {
      url: 'http://app/?tel=0912*****21',
      body: { extra_data: { phone: '********', at: 1790000000123456 } },
    },
    answer_body: 'call ۰۹۱۲*****۲۱',
  })
})
