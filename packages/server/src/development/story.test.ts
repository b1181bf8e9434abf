import { describe, expect, test } from 'vitest'
import { type StoryApp, textOf, useStoryBed } from '../../testing/story-bed.ts'
import { newId } from '../ids.ts'
import type { Story } from './story-answer.ts'

const bed = useStoryBed()

const exchange = (story: Story, id: string | null | undefined) =>
  story.exchanges.find((record) => record.id === id)

const isOver = ({ deliveries }: Story): boolean =>
  deliveries.length > 0 &&
  deliveries.every(({ attempts }) => attempts.length > 0 && attempts.every(({ exchange_id }) => exchange_id))

/** Answers what the buyer says with a word of its own, under the trace that came or under none. */
const answering =
  ({ forwards }: { forwards: boolean }) =>
  async (call: Parameters<typeof textOf>[0], app: StoryApp) => {
    const text = textOf(call)
    if (text?.startsWith('ask')) await app.say(`re: ${text}`, forwards ? { call } : {})
    return { body: { taken: true } }
  }

const settled = (story: Story): boolean => isOver(story) && story.results.length > 0

describe('a message that a person wrote', () => {
  test('tells the event, what the app answered and called, and the message that came of it', async () => {
    const app = await bed.addApp(answering({ forwards: true }))
    const messageId = await bed.write('ask 1')
    const story = await bed.storyOnce(messageId, settled)
    expect(story.message).toMatchObject({
      id: messageId,
      conversation_id: bed.conversationId,
      conversation_type: 'POST',
      sequence: 1,
      text: 'ask 1',
      sender: bed.buyer.hostId,
      app: null,
      deleted: false,
    })
    expect(story.caused_by).toEqual({ kind: 'person', by: 'ids' })
    const [delivery] = story.deliveries
    expect(delivery).toMatchObject({
      app: app.slug,
      event_type: 'NEW_MESSAGE',
      state: 'delivered',
      reason: null,
      replay: false,
      under_way: false,
      webhook_id: app.server.received[0]?.headers['webhook-id'],
      attempts: [{ attempt: 1, outcome: 'delivered', status: 200, error: null }],
    })
    const webhook = exchange(story, delivery?.attempts[0]?.exchange_id)
    expect(webhook).toMatchObject({
      kind: 'event',
      request: { body: app.server.received[0]?.text },
      answer: { status: 200, body: '{"taken":true}' },
    })
    expect(story.calls).toEqual([{ exchange_id: expect.any(String), led_by: webhook?.id, by: 'trace' }])
    const call = exchange(story, story.calls[0]?.exchange_id)
    expect(call).toMatchObject({
      operation: 'ChatAPI_ConversationSendMessage',
      refs: { span_id: webhook?.refs.span_id, trace_id: webhook?.refs.trace_id },
    })
    expect(story.results).toEqual([{ message_id: call?.refs.message_id, exchange_id: call?.id }])
    expect(story.trace_ids).toEqual([webhook?.refs.trace_id])
    expect(story.cut).toBe(false)
  })

  test('of an app that passes no trace on, tells its calls as likely', async () => {
    await bed.addApp(answering({ forwards: false }))
    const story = await bed.storyOnce(await bed.write('ask 1'), settled)
    expect(story.calls.map(({ by }) => by)).toEqual(['time'])
    expect(story.results).toHaveLength(1)
  })

  test.each([true, false])(
    'is told apart from the one before, whose calls are not its own (trace passed on: %s)',
    async (forwards) => {
      await bed.addApp(answering({ forwards }))
      const ids = [await bed.write('ask 1'), await bed.write('ask 2')]
      const results: string[] = []
      // A call is there before the exchange is in which it was made.
      await bed.storyOnce(ids[1] ?? '', settled)
      for (const id of ids) {
        const story = await bed.storyOnce(id, settled)
        expect(story.calls).toHaveLength(1)
        const { request } = exchange(story, story.calls[0]?.exchange_id) ?? {}
        expect(request?.body).toContain(`re: ${story.message.text}`)
        results.push(story.results[0]?.message_id ?? '')
      }
      expect(new Set(results).size).toBe(2)
    },
  )

  test('with two apps, tells what each of them got and did', async () => {
    const tracing = await bed.addApp(answering({ forwards: true }))
    const other = await bed.addApp(answering({ forwards: false }))
    const messageId = await bed.write('ask both')
    const story = await bed.storyOnce(messageId, (told) => isOver(told) && told.results.length === 2)
    expect(story.deliveries.map(({ app }) => app).sort()).toEqual([tracing.slug, other.slug].sort())
    const calls = story.calls.map(({ exchange_id, led_by, by }) => ({
      by,
      app: exchange(story, exchange_id)?.app,
      ledBy: exchange(story, led_by)?.app,
    }))
    expect(calls).toHaveLength(2)
    expect(calls).toContainEqual({ by: 'trace', app: tracing.slug, ledBy: tracing.slug })
    expect(calls).toContainEqual({ by: 'time', app: other.slug, ledBy: other.slug })
    expect(story.trace_ids, 'both are of one trace').toHaveLength(1)
  })

  test('tells every attempt with what was said at it, and when the next one is', async () => {
    await bed.addApp(() => ({ status: 503, body: { busy: true } }))
    const messageId = await bed.write('ask later')
    const story = await bed.storyOnce(messageId, (told) => told.deliveries[0]?.attempts[0]?.exchange_id)
    expect(story.deliveries).toMatchObject([
      {
        state: 'pending',
        next_attempt_at: expect.any(String),
        attempts: [{ attempt: 1, outcome: 'retry', status: 503, exchange_id: expect.any(String) }],
      },
    ])
    const behind = await bed.story(await bed.write('and behind it'))
    expect(behind.deliveries).toMatchObject([
      { state: 'pending', next_attempt_at: null, attempts: [], waits_behind: true },
    ])
    expect(behind.deliveries[0]?.ahead_attempt_at).toBe(story.deliveries[0]?.next_attempt_at)
    expect(story.deliveries[0]).toMatchObject({ waits_behind: false, ahead_attempt_at: null })
    // The next attempt is due now.
    await bed.node.database.pool.query(`update delivery_queue set due_at = now() where source_id = $1`, [
      messageId,
    ])
    const again = await bed.storyOnce(messageId, (told) => told.deliveries[0]?.attempts[1]?.exchange_id)
    const ids = again.deliveries[0]?.attempts.map(({ exchange_id }) => exchange_id) ?? []
    expect(ids.map((id) => exchange(again, id)?.refs.attempt)).toEqual([1, 2])
    const traces = ids.map((id) => exchange(again, id)?.refs)
    expect(traces[0]?.trace_id).toBe(traces[1]?.trace_id)
    expect(traces[0]?.span_id).not.toBe(traces[1]?.span_id)
  })

  test('tells that nothing listens, and of a delivery that waits until an address is set', async () => {
    const app = await bed.addApp(() => ({}))
    await app.server.close()
    const failed = await bed.storyOnce(await bed.write('anybody?'), (told) => told.exchanges.length)
    expect(failed.deliveries[0]?.attempts[0]).toMatchObject({
      outcome: 'retry',
      status: null,
      error: expect.stringContaining('ECONNREFUSED'),
    })
    await bed.node.database.pool.query(`update endpoints set url = null where id = $1`, [
      app.fixture.endpointId,
    ])
    const held = await bed.story(await bed.write('and now?'))
    expect(held.deliveries).toMatchObject([{ state: 'held', attempts: [], next_attempt_at: null }])
  })

  test('tells that it was sent again, beside the first time', async () => {
    await bed.addApp(() => ({}))
    const messageId = await bed.write('once more')
    const { deliveries } = await bed.storyOnce(messageId, isOver)
    const path = `/dev/v1/deliveries/${deliveries[0]?.delivery_id}/resend`
    expect((await fetch(bed.node.url + path, { method: 'POST' })).status).toBe(200)
    const story = await bed.storyOnce(messageId, (told) => told.deliveries.length === 2 && isOver(told))
    expect(story.deliveries.map(({ replay, state }) => [replay, state])).toEqual([
      [false, 'delivered'],
      [true, 'delivered'],
    ])
    expect(story.deliveries[0]?.webhook_id).toBe(story.deliveries[1]?.webhook_id)
  })

  test('tells which notices the app sent because of it', async () => {
    await bed.addApp(async (call, app) => {
      const query = new URLSearchParams({ message: 'Somebody asked' })
      if (textOf(call) === 'ask')
        await app.api('POST', `/experimental/open-platform/events/send?${query}`, { call })
      return {}
    })
    const messageId = await bed.write('ask')
    const story = await bed.storyOnce(messageId, (told) => told.notices.length)
    expect(story.notices).toEqual([
      {
        notice_id: expect.any(String),
        app: story.deliveries[0]?.app,
        user: bed.seller.hostId,
        text: 'Somebody asked',
        at: expect.any(String),
        read: false,
        exchange_id: story.calls[0]?.exchange_id,
      },
    ])
  })

  test('that was deleted keeps its place and loses its words', async () => {
    await bed.addApp(() => ({}))
    const messageId = await bed.write('secret words')
    await bed.storyOnce(messageId, isOver)
    const { pool } = bed.node.database
    await pool.query(`update messages set body = '{"deleted": true}' where id = $1`, [messageId])
    await pool.query(`delete from development_traffic`)
    const story = await bed.story(messageId)
    expect(story.message).toMatchObject({ deleted: true, text: null, sender_buttons: null })
    expect(story.exchanges).toEqual([])
    expect(story.deliveries[0]?.attempts).toMatchObject([{ exchange_id: null, status: 200 }])
  })
})

describe('a message that an app sent', () => {
  test.each([true, false])('tells the message that led to it (trace passed on: %s)', async (forwards) => {
    const app = await bed.addApp(answering({ forwards }))
    const asked = await bed.write('ask 1')
    const { results } = await bed.storyOnce(asked, settled)
    const messageId = results[0]?.message_id ?? ''
    const story = await bed.storyOnce(messageId, isOver)
    expect(story.message).toMatchObject({ app: app.slug, sender: bed.seller.hostId, text: 're: ask 1' })
    expect(story.caused_by).toEqual({
      kind: 'call',
      exchange_id: results[0]?.exchange_id,
      led_by: expect.any(String),
      message_id: asked,
      by: forwards ? 'trace' : 'time',
    })
    expect(exchange(story, story.caused_by.exchange_id)?.refs.message_id).toBe(messageId)
    expect(exchange(story, story.caused_by.led_by)).toMatchObject({
      kind: 'event',
      refs: { message_id: asked },
    })
    expect(story.calls, 'what was called before it did not come of it').toEqual([])
  })

  test('by itself, has a call and nothing before it', async () => {
    const app = await bed.addApp(() => ({}))
    const story = await bed.storyOnce(await app.say('good morning'), isOver)
    expect(story.caused_by).toEqual({ kind: 'call', exchange_id: expect.any(String), by: 'ids' })
  })

  test('tells clicks on its buttons, what the app was asked and said, and what came of it', async () => {
    const app = await bed.addApp(async (call, self) => {
      if (call.path !== '/actions') return {}
      await self.say('booked', { call })
      return { body: { text_message: 'See you' } }
    })
    const messageId = await app.say('choose', {
      more: {
        receiver_buttons: {
          rows: [{ buttons: [{ caption: 'Monday', action: { get_dynamic_action: { data: { day: 1 } } } }] }],
        },
      },
    })
    expect((await bed.click(bed.buyer, messageId)).status).toBe(200)
    const story = await bed.storyOnce(
      messageId,
      (told) => isOver(told) && told.results.length > 0 && told.clicks[0]?.exchange_ids.length,
    )
    expect(story.message.receiver_buttons).toMatchObject({ rows: [{ buttons: [{ caption: 'Monday' }] }] })
    expect(story.clicks).toMatchObject([
      {
        app: app.slug,
        user: bed.buyer.hostId,
        button: 'receiver_buttons.rows[0].buttons[0]',
        action: 'get_dynamic_action',
        outcome: 'toast',
        reason: null,
      },
    ])
    const action = exchange(story, story.clicks[0]?.exchange_ids[0])
    expect(action).toMatchObject({ kind: 'action', answer: { body: '{"text_message":"See you"}' } })
    expect(story.calls).toEqual([{ exchange_id: expect.any(String), led_by: action?.id, by: 'trace' }])
    const booked = await bed.story(story.results[0]?.message_id ?? '')
    expect(booked.caused_by).toMatchObject({
      kind: 'click',
      click_id: story.clicks[0]?.click_id,
      message_id: messageId,
      by: 'trace',
    })
  })

  test('tells a click that failed with its reason', async () => {
    const app = await bed.addApp((call) => (call.path === '/sessions' ? { status: 500 } : {}))
    const messageId = await app.say('look', {
      more: {
        receiver_buttons: {
          rows: [{ buttons: [{ caption: 'Open', action: { open_server_link: { data: {} } } }] }],
        },
      },
    })
    expect((await bed.click(bed.buyer, messageId)).status).toBe(200)
    const story = await bed.storyOnce(messageId, (told) => told.clicks[0]?.exchange_ids.length)
    expect(story.clicks).toMatchObject([
      { outcome: 'failed', reason: 'NOT_2XX', detail: expect.stringContaining('the app answered 500') },
    ])
    expect(exchange(story, story.clicks[0]?.exchange_ids[0])).toMatchObject({
      kind: 'session',
      answer: { status: 500 },
    })
  })
})

describe('in a conversation with a chatbot', () => {
  test('a word to it leads to its word, whose id no answer tells', async () => {
    const app = await bed.addApp(
      async (call, self) => {
        if (textOf(call) === 'hello') {
          const { conversation } = (call.body as { new_chatbot_message: { conversation: { id: string } } })
            .new_chatbot_message
          const path = `/v1/open-platform/chat/bot/conversations/${conversation.id}/messages`
          await self.api('POST', path, { body: { text_message: 'good day' }, call })
        }
        return {}
      },
      { chatbot: true },
    )
    const opened = await bed.asPerson(bed.buyer, `/chatbots/${app.slug}`, {})
    const { id } = (await opened.json()) as { id: string }
    const messageId = await bed.write('hello', id)
    const story = await bed.storyOnce(messageId, settled)
    expect(story.message).toMatchObject({ conversation_type: 'BOT', sender: bed.buyer.hostId })
    expect(story.deliveries).toMatchObject([{ event_type: 'NEW_CHATBOT_MESSAGE', state: 'delivered' }])
    const said = await bed.story(story.results[0]?.message_id ?? '')
    expect(said.message).toMatchObject({ text: 'good day', sender: null, app: app.slug })
    expect(said.caused_by).toMatchObject({ kind: 'call', message_id: messageId, by: 'trace' })
  })
})

describe('refused', () => {
  test.each([newId(), 'not-an-id', "' or 1=1"])('%s, which is no message', async (id) => {
    const answer = await bed.fetchStory(encodeURIComponent(id))
    expect(answer.status, await answer.clone().text()).toBe(404)
    expect(await answer.text()).toContain('MESSAGE_UNKNOWN')
  })
})
