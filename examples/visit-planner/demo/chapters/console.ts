import type { Exchange } from '../../app/wire-log.ts'
import { isCall } from '../app-process.ts'
import { expectEqual, expectThat } from '../expect-that.ts'
import { pick, telling } from '../pick.ts'
import type { Stage } from '../stage.ts'
import { waitUntil } from '../wait-until.ts'
import { withoutMessage } from './block-and-unblock.ts'

export interface DeliverySummary {
  id: string
  webhook_id: string
  event_type: string
  state: string
  reason: string | null
  replay: boolean
  attempts_made: number
}

export interface DeliveryDetails extends DeliverySummary {
  request_body: string
  attempts: {
    attempt: number
    outcome: string
    status: number | null
    error: string | null
    request_headers: Record<string, string>
    answer_body: string | null
  }[]
}

export interface ConsoleFacts {
  /** Of the webhook about the question. */
  delivery: DeliveryDetails
  resent: DeliverySummary
  /** The call that the resend led to. */
  again: Exchange
  /** How many messages the app sent because of it. */
  sentTwice: number
}

const deliveriesUrl = ({ charsu, slug }: Stage): string => `${charsu}/console/v1/apps/${slug}/deliveries`

export async function listDeliveries(stage: Stage, tell = false): Promise<DeliverySummary[]> {
  const { body } = await stage.developer.get<{ deliveries: DeliverySummary[] }>(
    `${deliveriesUrl(stage)}?limit=50`,
    {
      show: tell
        ? (answer) =>
            (answer as { deliveries: object[] }).deliveries.map((each) =>
              telling(pick(each, ['id', 'event_type', 'state', 'reason', 'attempts_made', 'replay'])),
            )
        : null,
    },
  )
  return body.deliveries
}

/** The developer looks at what was delivered, and sends one delivery again. */
export async function useConsole(stage: Stage, question: Exchange): Promise<ConsoleFacts> {
  const { reporter, developer, app } = stage
  reporter.chapter('The developer looks behind the scenes')
  const webhookId = question.headers['webhook-id']
  const deliveries = await waitUntil('all deliveries are finished', async () => {
    const all = await listDeliveries(stage)
    return all.every(({ state }) => state === 'delivered') ? all : undefined
  })
  await listDeliveries(stage, true)
  const found = deliveries.find((each) => each.webhook_id === webhookId)
  expectThat('the delivery of the question is listed under its webhook-id', found !== undefined, deliveries)
  const { body: delivery } = await developer.get<DeliveryDetails>(`${deliveriesUrl(stage)}/${found.id}`)
  expectEqual('its only attempt', [delivery.attempts.length, delivery.attempts[0]?.status], [1, 200])

  reporter.note(
    'It is sent once more: the same webhook-id, the same body. The app knows it and does nothing.',
  )
  const before = countSends(app.exchanges)
  const { body } = await developer.post<{ delivery_id: string }>(`${deliveriesUrl(stage)}/${found.id}/resend`)
  const again = await app.tell('the resent event', isCall('/charsu/events'), withoutMessage)
  expectEqual('the resent webhook-id', again.headers['webhook-id'], webhookId)
  expectEqual('the resent body', again.body, question.body)
  const resent = await waitUntil('the resent delivery is finished', async () => {
    const all = await listDeliveries(stage)
    return all.find(({ id, state }) => id === body.delivery_id && state === 'delivered')
  })
  return { delivery, resent, again, sentTwice: countSends(app.exchanges) - before }
}

const countSends = (exchanges: readonly Exchange[]): number =>
  exchanges.filter(({ way, path }) => way === 'sent' && path.endsWith('/messages')).length
