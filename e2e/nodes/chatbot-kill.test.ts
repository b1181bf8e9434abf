import { expect, test } from 'vitest'
import { openChatbot } from '../../packages/server/src/conversations/open-chatbot.ts'
import { createDatabase } from '../../packages/server/src/db/database.ts'
import { addApp, addUser } from '../../packages/server/testing/marketplace-fixture.ts'
import { createTestDatabase } from '../../packages/server/testing/test-database.ts'
import { waitFor } from '../../packages/server/testing/wait-for.ts'
import { startWebhookReceiver } from '../../packages/server/testing/webhook-receiver.ts'
import { startNodeProcess } from './node-process.ts'

/** A lease of the killed process runs out after 30 s; only then another may take its delivery. */
const TAKEOVER_MS = 90_000
const WORDS = ['/start', 'یک', 'دو', 'سه']

interface Heard {
  new_chatbot_message: { id: string }
}

test(
  'what people wrote to a chatbot before kill -9 reaches its app from another node: in order, the same bytes',
  async () => {
    await using database = await createTestDatabase({ max: 2 })
    const db = createDatabase(database.pool)
    const user = await addUser(db)
    let isAwake = false
    await using app = await startWebhookReceiver(() => (isAwake ? 200 : 'hang'))
    const { id: appId } = await addApp(db, user.id, { eventsUrl: app.url })
    const { id: conversationId } = await openChatbot(db, { appId, userId: user.id })

    const killed = await startNodeProcess(database.url)
    const written: string[] = []
    for (const text of WORDS) {
      const answer = await fetch(`${killed.url}/me/v1/conversations/${conversationId}/messages`, {
        method: 'POST',
        headers: { cookie: user.cookie, 'content-type': 'application/json' },
        body: JSON.stringify({ text }),
      })
      expect(answer.status).toBe(200)
      written.push(((await answer.json()) as { id: string }).id)
    }
    await waitFor(() => app.received.length === 1)
    await killed.kill()

    const next = await startNodeProcess(database.url)
    try {
      isAwake = true
      await waitFor(() => app.received.length > WORDS.length, { timeoutMs: TAKEOVER_MS })
    } finally {
      await next.stop()
    }
    // The first was on its way when the node died; that nobody knows what came of it makes it come again.
    const [lost, ...calls] = app.received
    expect(calls.map(({ body }) => (JSON.parse(body) as Heard).new_chatbot_message.id)).toEqual(written)
    expect(calls[0]?.body).toBe(lost?.body)
    expect(calls[0]?.headers['webhook-id']).toBe(lost?.headers['webhook-id'])
  },
  TAKEOVER_MS + 60_000,
)
