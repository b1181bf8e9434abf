import type { Database } from '../db/database.ts'
import { ApiError } from '../errors.ts'
import { isUuid } from '../ids.ts'
import { LIKELY_MS, leadOf } from './attribute-calls.ts'
import { shownClick, shownDelivery, shownMessage, shownNotice } from './show-story.ts'
import type { Story, StoryCall, StoryCause } from './story-answer.ts'
import { deliveriesOf } from './story-deliveries.ts'
import { clicksOn, findToldMessage, messageOfClick, noticesOf, type ToldMessage } from './story-store.ts'
import { trafficNamed, trafficWithin } from './story-traffic-store.ts'
import type { TrafficRecord } from './traffic-record.ts'

const MOST_DELIVERIES = 50
const MOST_CLICKS = 50
const MOST_EXCHANGES = 100
/** Of one trace, or around one call to an app: they are only looked at, and few of them are told. */
const MOST_LOOKED_AT = 300
const MOST_AROUND = 60
/** No call to an app takes longer, so an earlier one is over. */
const LONGEST_CALL_MS = 10_000
/** Between the clock of a node and that of the database. */
const CLOCKS_MS = 50

/**
 * Where a message came from and what came of it, as far as exchanges with apps are kept.
 * @throws 404 for an id that no message has.
 */
export async function tellStory(db: Database, messageId: string): Promise<Story> {
  const id = messageId.toLowerCase()
  const message = isUuid(id) ? await findToldMessage(db, id) : null
  if (!message) throw unknownMessage()
  const [clicks, about] = await Promise.all([
    clicksOn(db, { messageId: id, limit: MOST_CLICKS }),
    trafficNamed(db, { names: [`message:${id}`], limit: MOST_EXCHANGES }),
  ])
  const deliveries = await deliveriesOf(db, {
    messageId: id,
    conversationId: message.conversationId,
    sequence: message.sequence,
    known: about.flatMap(({ refs }) => (refs.delivery_id ? [Number(refs.delivery_id)] : [])),
    limit: MOST_DELIVERIES,
  })
  const ofClicks = await trafficNamed(db, {
    names: clicks.map((click) => `click:${click.id}`),
    limit: MOST_EXCHANGES,
  })
  const roots = byId([...about.filter(isToApp), ...ofClicks.filter(isToApp)])
  const made = about.find((record) => !isToApp(record))
  const surroundings = byId([...(await aroundOf(db, roots)), ...roots])
  const followed = callsAfter(roots, surroundings)
  const cause = await causeOf(db, message, made)
  const exchanges = byId([...roots, ...cause.exchanges, ...followed.exchanges])
  const notices = await noticesOf(db, followed.exchanges.flatMap(asNoticeCall))
  const told = exchanges.slice(-2 * MOST_EXCHANGES)
  return {
    message: shownMessage(message),
    caused_by: cause.cause,
    deliveries: deliveries.map((delivery) => shownDelivery(delivery, roots)),
    clicks: clicks.map((click) => shownClick(click, ofClicks)),
    calls: followed.calls,
    results: followed.exchanges.flatMap(({ id: exchangeId, refs }) =>
      refs.message_id && refs.message_id !== id
        ? [{ message_id: refs.message_id, exchange_id: exchangeId }]
        : [],
    ),
    notices: notices.map(shownNotice),
    exchanges: told,
    trace_ids: [...new Set(roots.flatMap(({ refs }) => refs.trace_id ?? []))],
    cut:
      about.length === MOST_EXCHANGES ||
      ofClicks.length === MOST_EXCHANGES ||
      clicks.length === MOST_CLICKS ||
      deliveries.length === MOST_DELIVERIES ||
      told.length < exchanges.length,
  }
}

const unknownMessage = (): ApiError =>
  new ApiError(
    'NOT_FOUND',
    'there is no message of this id: take one of GET /dev/v1/traffic, in refs.message_id, or of the chat',
    { reason: 'MESSAGE_UNKNOWN' },
  )

const isToApp = ({ direction }: TrafficRecord): boolean => direction === 'to_app'

/** Each once, in the order of their ids. */
const byId = (records: readonly TrafficRecord[]): TrafficRecord[] =>
  [...new Map(records.map((record) => [record.id, record])).values()].sort(
    (a, b) => Number(a.id) - Number(b.id),
  )

/** All that may have to do with these calls to apps: what is under the same traces, and what was said at that time. */
async function aroundOf(db: Database, roots: readonly TrafficRecord[]): Promise<TrafficRecord[]> {
  const traces = new Set(roots.flatMap(({ refs }) => refs.trace_id ?? []))
  const spans = roots.flatMap(({ app, at, ms }) => {
    const begun = Date.parse(at)
    return app === null ? [] : [{ app, from: begun - LONGEST_CALL_MS, to: begun + ms + LIKELY_MS }]
  })
  const [traced, timely] = await Promise.all([
    trafficNamed(db, { names: [...traces].map((trace) => `trace:${trace}`), limit: MOST_LOOKED_AT }),
    trafficWithin(db, { spans, limit: MOST_AROUND }),
  ])
  return [...traced, ...timely]
}

/** The calls of apps that these calls to them led to. */
function callsAfter(
  roots: readonly TrafficRecord[],
  surroundings: readonly TrafficRecord[],
): { calls: StoryCall[]; exchanges: TrafficRecord[] } {
  const own = new Set(roots.map(({ id }) => id))
  const toApps = surroundings.filter(isToApp)
  const found = surroundings
    .filter((record) => !isToApp(record))
    .flatMap((call) => {
      const lead = leadOf(call, toApps)
      return lead && own.has(lead.exchange.id) ? [{ call, lead }] : []
    })
    .slice(-MOST_EXCHANGES)
  return {
    calls: found.map(({ call, lead }) => ({
      exchange_id: call.id,
      led_by: lead.exchange.id,
      by: lead.by,
    })),
    exchanges: found.map(({ call }) => call),
  }
}

async function causeOf(
  db: Database,
  { app }: ToldMessage,
  made: TrafficRecord | undefined,
): Promise<{ cause: StoryCause; exchanges: TrafficRecord[] }> {
  if (app === null) return { cause: { kind: 'person', by: 'ids' }, exchanges: [] }
  if (!made) return { cause: { kind: 'call', by: 'ids' }, exchanges: [] }
  const lead = leadOf(made, (await beforeCall(db, made)).filter(isToApp))
  if (!lead) return { cause: { kind: 'call', exchange_id: made.id, by: 'ids' }, exchanges: [made] }
  const { exchange, by } = lead
  const { click_id: clickId, message_id: messageOfEvent } = exchange.refs
  const messageId = clickId === undefined ? messageOfEvent : await messageOfClick(db, clickId)
  return {
    cause: {
      kind: clickId === undefined ? 'call' : 'click',
      exchange_id: made.id,
      led_by: exchange.id,
      ...(clickId !== undefined && { click_id: clickId }),
      ...(messageId && { message_id: messageId }),
      by,
    },
    exchanges: [made, exchange],
  }
}

async function beforeCall(db: Database, { app, at, refs }: TrafficRecord): Promise<TrafficRecord[]> {
  const begun = Date.parse(at)
  const span = { app: app ?? '', from: begun - LONGEST_CALL_MS - LIKELY_MS, to: begun + CLOCKS_MS }
  const [traced, timely] = await Promise.all([
    trafficNamed(db, {
      names: refs.trace_id === undefined ? [] : [`trace:${refs.trace_id}`],
      limit: MOST_LOOKED_AT,
    }),
    trafficWithin(db, { spans: [span], limit: MOST_LOOKED_AT }),
  ])
  return byId([...traced, ...timely])
}

const NOTICE = 'Events_SendEvent'

function asNoticeCall({ id, app, at, ms, operation, answer }: TrafficRecord) {
  if (app === null || operation !== NOTICE || answer?.status !== 200) return []
  const begun = Date.parse(at)
  return [{ exchangeId: id, app, from: begun - CLOCKS_MS, to: begun + ms + CLOCKS_MS }]
}
