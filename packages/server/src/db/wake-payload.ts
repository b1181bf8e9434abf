import { isUuid } from '../ids.ts'

/** What a node may want to look at before its next poll. */
export const TOPICS = ['credentials', 'conversations', 'users', 'deliveries', 'nodes', 'traffic'] as const
export type Topic = (typeof TOPICS)[number]

/** What is concerned; `*` when it is everything, or too much to name. */
export type Concerned = readonly string[] | '*'

export interface Hint {
  /** The node that sent it. */
  from: string
  news: ReadonlyMap<Topic, Concerned>
}

/** PostgreSQL refuses a payload of 8,000 bytes. */
const MOST_BYTES = 7_900

/** The text of a NOTIFY; what does not fit is no longer named, the longest list first. */
export function encodeHint({ from, news }: Hint): string {
  const named = new Map(news)
  for (;;) {
    const text = JSON.stringify({ from, ...Object.fromEntries(named) })
    if (text.length <= MOST_BYTES) return text
    const [longest] = [...named].reduce((a, b) => (lengthOf(b[1]) > lengthOf(a[1]) ? b : a))
    named.set(longest, '*')
  }
}

const lengthOf = (concerned: Concerned): number => (concerned === '*' ? 0 : concerned.length)

/** Undefined for what no node of ours has sent: whoever may connect to the database may notify. */
export function decodeHint(text: string | undefined): Hint | undefined {
  const said = parseObject(text)
  if (!said || typeof said.from !== 'string') return undefined
  const news = new Map<Topic, Concerned>()
  for (const topic of TOPICS) {
    const concerned = said[topic]
    if (concerned === '*' || isIds(concerned)) news.set(topic, concerned)
  }
  return { from: said.from, news }
}

function parseObject(text: string | undefined): Record<string, unknown> | undefined {
  try {
    const said: unknown = JSON.parse(text ?? '')
    return typeof said === 'object' && said !== null ? (said as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

const isIds = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((id) => typeof id === 'string' && isUuid(id))
