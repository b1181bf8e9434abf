import type { AddressInfo } from 'node:net'
import { SendMessageBody } from '@charsu/protocol/send-message'
import { fastify } from 'fastify'
import { Agent, request } from 'undici'

/**
 * The floor of delivery: no database and no checks. A bare Fastify takes the same body with the same schema, posts it
 * on to the receiver named in its first argument, and answers when the receiver has.
 */
const receiver = process.argv[2]!
const app = fastify()
const dispatcher = new Agent()
app.post<{ Body: object }>(
  '/v2/open-platform/conversations/:conversation_id/messages',
  { schema: { body: SendMessageBody } },
  async ({ body }) => {
    const heard = await request(receiver, {
      dispatcher,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    await heard.body.dump()
    return { status: 200, message: 'success' }
  },
)
await app.listen({ host: '127.0.0.1', port: 0 })
process.stdout.write(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}\n`)
process.on('SIGTERM', async () => {
  await app.close()
  await dispatcher.close()
})
