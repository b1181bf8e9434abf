import * as Type from 'typebox'
import { FAULT_NAMES } from './faults.ts'

const OrNull = <S extends Type.TSchema>(schema: S) => Type.Union([schema, Type.Null()])
const Maybe = <S extends Type.TSchema>(schema: S) => Type.Optional(schema)

const Headers = Type.Record(Type.String(), Type.String())
const Body = OrNull(
  Type.String({ description: 'the first 16 KiB as text; null when there was none, or it was not read' }),
)
const Truncated = Maybe(Type.Literal(true, { description: 'the body went on' }))

export const TRAFFIC_KINDS = ['event', 'session', 'action', 'call', 'trigger'] as const

/** One exchange between the platform and an app, as it went over the wire but for its secrets. */
export const TrafficRecord = Type.Object({
  id: Type.String({ description: 'later ones are greater, as numbers' }),
  at: Type.String({ format: 'date-time', description: 'when it began' }),
  direction: Type.Enum(['to_app', 'from_app']),
  kind: Type.Enum([...TRAFFIC_KINDS]),
  app: OrNull(Type.String({ description: 'slug; null when it is not known who called' })),
  method: Type.String(),
  url: Type.String(),
  operation: Maybe(OrNull(Type.String({ description: 'its id in the API description, of calls from apps' }))),
  request: Type.Object({ headers: Headers, body: Body, truncated: Truncated }),
  answer: OrNull(Type.Object({ status: Type.Integer(), headers: Headers, body: Body, truncated: Truncated })),
  failure: OrNull(
    Type.Object({ stage: Type.String(), reason: Type.String() }, { description: 'why there is no answer' }),
  ),
  ms: Type.Number({ description: 'until the last byte of the answer' }),
  refs: Type.Object({
    delivery_id: Maybe(Type.String()),
    attempt: Maybe(Type.Integer()),
    webhook_id: Maybe(Type.String()),
    click_id: Maybe(Type.String()),
    message_id: Maybe(Type.String()),
    conversation_id: Maybe(Type.String()),
    event_type: Maybe(Type.String()),
    trace_id: Maybe(Type.String()),
    span_id: Maybe(
      Type.String({
        description:
          'with which the call was made, by its traceparent: that of a call to an app is also that of the calls which the app makes because of it, where it passes the header on',
      }),
    ),
    request_id: Maybe(Type.String()),
  }),
  fault: Maybe(
    Type.Enum([...FAULT_NAMES], {
      description: 'the fault, switched on by a developer, that made it what it is',
    }),
  ),
  older_form: Maybe(Type.Literal(true, { description: 'a form that newer ones have replaced' })),
})
export type TrafficRecord = Type.Static<typeof TrafficRecord>

/** How an app is known: by its slug, or by something that only the database can tell it from. */
export type AppClaim =
  | { slug: string }
  | { appId: string }
  | { endpointId: string }
  | { clientId: string }
  | { apiKey: string }
  | null

/** A record on its way to the database, which gives it its id and its app. */
export interface TrafficEntry {
  /** Milliseconds since 1970. */
  at: number
  app: AppClaim
  record: Omit<TrafficRecord, 'id' | 'at' | 'app'>
}
