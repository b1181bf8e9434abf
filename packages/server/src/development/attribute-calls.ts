import type { TrafficRecord } from './traffic-record.ts'

/** A call to an app, and how it is known that it led to another one of the app's. */
export interface Lead {
  exchange: TrafficRecord
  by: 'trace' | 'time'
}

/** For so long after its answer to us an app that tells no trace may still be at work because of our call. */
export const LIKELY_MS = 5_000
/** When a call began is reckoned back from its answer, in whole milliseconds. */
const ROUNDED_MS = 2

/**
 * Which call to the app made it make this call; null when nothing speaks for any.
 *
 * An app that passes `traceparent` on as it came names the very call, by its span. One with spans of its own names the
 * trace: then it is the latest call to the app in this trace that had begun. One that passes nothing on is judged by
 * the time: the latest call to it that had begun and was not long over, rather one about the same conversation.
 * @param toApps calls to apps, among them all that can have led to it
 */
export function leadOf(call: TrafficRecord, toApps: readonly TrafficRecord[]): Lead | null {
  const at = Date.parse(call.at) + ROUNDED_MS
  const { trace_id: trace, span_id: span, conversation_id: conversation } = call.refs
  const ofApp = toApps.filter(({ app }) => app !== null && app === call.app)
  const ofTrace = ofApp.filter(({ refs }) => trace !== undefined && refs.trace_id === trace)
  const begun = (exchange: TrafficRecord): boolean => Date.parse(exchange.at) <= at
  const traced = ofTrace.find(({ refs }) => refs.span_id === span) ?? latest(ofTrace.filter(begun))
  if (traced) return { exchange: traced, by: 'trace' }
  // A trace that no call of ours belongs to is the app's own: it is no sign for or against.
  const likely = ofApp.filter(
    (exchange) => begun(exchange) && at <= Date.parse(exchange.at) + exchange.ms + LIKELY_MS,
  )
  const aboutTheSame = likely.filter(
    ({ refs }) => conversation !== undefined && refs.conversation_id === conversation,
  )
  const exchange = latest(aboutTheSame) ?? latest(likely)
  return exchange ? { exchange, by: 'time' } : null
}

const latest = (exchanges: readonly TrafficRecord[]): TrafficRecord | undefined =>
  exchanges.reduce<TrafficRecord | undefined>(
    (newest, each) => (newest && Date.parse(newest.at) > Date.parse(each.at) ? newest : each),
    undefined,
  )
