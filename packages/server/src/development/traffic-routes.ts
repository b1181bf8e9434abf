import { normalizer, type Parser, type Report } from '@charsu/protocol/parse'
import * as Type from 'typebox'
import type { Database } from '../db/database.ts'
import { type HttpAnswer, type Route, route } from '../http/route.ts'
import { TrafficRecord } from './traffic-record.ts'
import { readNewestTraffic, readTrafficAfter, type TrafficFilter, trafficExtent } from './traffic-store.ts'

export interface TrafficRouteDeps {
  db: Database
  streams: { open(filter: TrafficFilter, lastEventId: string | null): HttpAnswer }
}

const USUAL_LIMIT = 50
const MOST_LIMIT = 200
const NUMBER = /^\d{1,15}$/

const FILTER = {
  app: Type.Optional(
    Type.String({ description: 'slug; what nobody knows the app of, such as a wrong key, is shown as well' }),
  ),
  conversation_id: Type.Optional(Type.String()),
}

interface List extends TrafficFilter {
  after: number | null
  limit: number
}

const listQuery: Parser<List> = normalizer(
  Type.Object({
    after: Type.Optional(
      Type.String({ description: 'an id: the next ones behind it; the newest ones when absent' }),
    ),
    limit: Type.Optional(Type.String({ description: `1 to ${MOST_LIMIT}, ${USUAL_LIMIT} when absent` })),
    ...FILTER,
  }),
  (value, report) => {
    const { after, limit = String(USUAL_LIMIT), ...filter } = value as Record<string, string>
    const number = (name: string, text: string): number => {
      if (!NUMBER.test(text)) report(name, 'must be a whole number, written in digits')
      return Number(text)
    }
    const most = number('limit', limit)
    if (most < 1 || most > MOST_LIMIT) report('limit', `must be 1 to ${MOST_LIMIT}`)
    return {
      ...filterOf(filter, report),
      after: after === undefined ? null : number('after', after),
      limit: most,
    }
  },
)

const streamQuery: Parser<TrafficFilter> = normalizer(Type.Object(FILTER), filterOf)

function filterOf(value: unknown, report: Report): TrafficFilter {
  const { app, conversation_id: conversationId } = value as Record<string, string>
  for (const [name, text] of Object.entries({ app, conversation_id: conversationId })) {
    if (text === '') report(name, 'is empty: leave it out to see all')
  }
  return { app, conversationId }
}

const TrafficList = Type.Object({
  records: Type.Array(TrafficRecord),
  last_id: Type.String({ description: 'of the last one looked at: to be sent as `after` for the next ones' }),
})

export const trafficRoutes = ({ db, streams }: TrafficRouteDeps): Route[] => [
  route({
    method: 'GET',
    path: '/dev/v1/traffic',
    operation: 'Development_ListTraffic',
    summary: 'What the platform and apps said to each other, the oldest first',
    caller: 'local',
    query: listQuery,
    answer: TrafficList,
    handle: async ({ query: { after, ...query } }) => {
      const { newest } = await trafficExtent(db)
      const records =
        after === null ? await readNewestTraffic(db, query) : await readTrafficAfter(db, { ...query, after })
      const isWhole = records.length < query.limit
      const last = records.at(-1)?.id ?? '0'
      return { records, last_id: isWhole ? String(Math.max(newest, Number(last), after ?? 0)) : last }
    },
  }),
  route({
    method: 'GET',
    path: '/dev/v1/traffic/stream',
    operation: 'Development_TrafficStream',
    summary: 'The same as Server-Sent Events as it happens; resumes after Last-Event-ID',
    caller: 'local',
    query: streamQuery,
    handle: async ({ query, headers }) => {
      const last = headers['last-event-id']
      return streams.open(query, typeof last === 'string' && last !== '' ? last : null)
    },
  }),
]
