import { randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { SendMessageBody } from '@charsu/protocol/send-message'
import { fastify } from 'fastify'

/** The floor: a bare Fastify that checks the same body schema and answers the same shape, and does nothing else. */
const app = fastify()
app.post(
  '/v2/open-platform/conversations/:conversation_id/messages',
  { schema: { body: SendMessageBody } },
  async () => ({
    status: 200,
    message: 'success',
    message_id: randomUUID(),
  }),
)
await app.listen({ host: '127.0.0.1', port: 0 })
process.stdout.write(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}\n`)
process.on('SIGTERM', () => app.close())
