import type {
  Exchange,
  Story,
  StoryAttempt,
  StoryClick,
  StoryDelivery,
  StoryLink,
  StoryNotice,
} from '../../api/development/story-shapes.ts'

/** A call of an app, and what came of it. */
export interface CallPart {
  exchange: Exchange
  by: StoryLink
  /** The message that it sent. */
  messageId: string | null
  notices: StoryNotice[]
}

export interface AttemptPart {
  attempt: StoryAttempt
  exchange: Exchange | null
}

/** One thing that happened, with everything that hangs on it. */
export type Step =
  | {
      kind: 'delivery'
      key: string
      at: string
      delivery: StoryDelivery
      attempts: AttemptPart[]
      calls: CallPart[]
    }
  | { kind: 'click'; key: string; at: string; click: StoryClick; exchanges: Exchange[]; calls: CallPart[] }
  | { kind: 'trigger'; key: string; at: string; exchange: Exchange; calls: CallPart[] }

/** What came of a message, in the order in which it began. */
export function stepsOf(story: Story): Step[] {
  const byId = new Map(story.exchanges.map((exchange) => [exchange.id, exchange]))
  const found = (id: string | null | undefined): Exchange[] => {
    const exchange = id ? byId.get(id) : undefined
    return exchange ? [exchange] : []
  }
  const callsAfter = (exchanges: readonly Exchange[]): CallPart[] => {
    const ids = new Set(exchanges.map(({ id }) => id))
    return story.calls
      .filter(({ led_by }) => ids.has(led_by))
      .flatMap(({ exchange_id: id, by }) =>
        found(id).map((exchange) => ({
          exchange,
          by,
          messageId: story.results.find((result) => result.exchange_id === id)?.message_id ?? null,
          notices: story.notices.filter((notice) => notice.exchange_id === id),
        })),
      )
  }
  const deliveries = story.deliveries.map((delivery): Step => {
    const attempts = delivery.attempts.map((attempt) => ({
      attempt,
      exchange: found(attempt.exchange_id)[0] ?? null,
    }))
    const calls = callsAfter(attempts.flatMap(({ exchange }) => exchange ?? []))
    const { delivery_id: id, created_at: at } = delivery
    return { kind: 'delivery', key: `delivery ${id}`, at, delivery, attempts, calls }
  })
  const clicks = story.clicks.map((click): Step => {
    const exchanges = click.exchange_ids.flatMap(found)
    const at = exchanges[0]?.at ?? click.at
    return {
      kind: 'click',
      key: `click ${click.click_id}`,
      at,
      click,
      exchanges,
      calls: callsAfter(exchanges),
    }
  })
  const triggers = story.exchanges
    .filter(({ kind }) => kind === 'trigger')
    .map((exchange): Step => {
      const { id, at } = exchange
      return { kind: 'trigger', key: `trigger ${id}`, at, exchange, calls: callsAfter([exchange]) }
    })
  return [...deliveries, ...clicks, ...triggers].sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
}

export const exchangeOf = ({ exchanges }: Story, id: string | undefined): Exchange | null =>
  exchanges.find((exchange) => exchange.id === id) ?? null

const PLACE = /^(sender|receiver)_buttons\.rows\[(\d+)\]\.buttons\[(\d+)\]$/

/** What stood on the button that a click names; null for one that is not there. */
export function captionOf({ message }: Story, button: string): string | null {
  const [, side, row, column] = PLACE.exec(button) ?? []
  const grid = side === 'sender' ? message.sender_buttons : message.receiver_buttons
  const rows = (grid as { rows?: { buttons?: { caption?: unknown }[] }[] } | null)?.rows
  const caption = rows?.[Number(row)]?.buttons?.[Number(column)]?.caption
  return typeof caption === 'string' ? caption : null
}
