import { troubleOf } from './call-failure.ts'
import type { TrafficRecord } from './development-shapes.ts'
import { type Io, paint } from './io.ts'
import { plainText } from './plain-text.ts'
import { shortenPath } from './shorten-path.ts'
import { padded } from './table.ts'

const PATH_WIDTH = 40
const METHOD_WIDTH = 4
const KIND_WIDTH = 7
const LONGEST_BODY = 2_000

/**
 * One exchange as one aligned line: time, direction, kind, path, status, milliseconds, and what it was about; beneath
 * it, for one that failed, cause and fix. Whatever came from outside cannot move the cursor or colour the terminal.
 */
export function trafficLines(
  io: Pick<Io, 'colour'>,
  record: TrafficRecord,
  more: { body?: boolean } = {},
): string[] {
  const { direction, kind, method, answer, failure, ms, refs } = record
  const toApp = direction === 'to_app'
  const status = answer?.status ?? null
  const isFine = status !== null && status < 400 && !failure
  const line = [
    paint(io, 'dim', timeOf(record.at)),
    toApp ? '→' : '←',
    padded(kind, KIND_WIDTH),
    `${padded(plainText(method), METHOD_WIDTH)} ${padded(shortenPath(plainText(pathOf(record)), PATH_WIDTH), PATH_WIDTH)}`,
    paint(io, isFine ? 'green' : 'red', padded(status === null ? '---' : String(status), 3)),
    `${ms} ms`.padStart(8),
    paint(io, 'dim', plainText(aboutOf(record))),
  ].join(' ')
  const trouble = toApp ? troubleOf({ status, failure }) : refusalOf(record)
  const again = refs.attempt && refs.attempt > 1 ? `attempt ${refs.attempt}: ` : ''
  return [
    line.trimEnd(),
    ...(trouble ? [`${INDENT}${paint(io, 'red', plainText(again + trouble.cause))}`] : []),
    ...(trouble?.fix ? [`${INDENT}${plainText(trouble.fix)}`] : []),
    ...(more.body ? bodies(io, record) : []),
  ]
}

const INDENT = ' '.repeat(13)

/** Local time with milliseconds. */
function timeOf(at: string): string {
  const time = new Date(at)
  if (Number.isNaN(time.getTime())) return '??:??:??.???'
  const two = (value: number): string => String(value).padStart(2, '0')
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':')
  return `${clock}.${String(time.getMilliseconds()).padStart(3, '0')}`
}

function pathOf({ url }: TrafficRecord): string {
  if (!URL.canParse(url, 'http://localhost')) return url
  return new URL(url, 'http://localhost').pathname
}

function aboutOf({ app, operation, refs, older_form: older }: TrafficRecord): string {
  const what = [refs.event_type ?? operation ?? '', ...(older ? ['(older form)'] : [])].join(' ').trim()
  const delivery = refs.delivery_id ? `delivery ${refs.delivery_id}` : ''
  return [app ?? '', what, delivery].filter((part) => part !== '').join('  ')
}

interface Refusal {
  message?: unknown
  error_description?: unknown
}

/** What Charsu said to an app that it refused; its messages hold the fix. */
function refusalOf({ answer, failure }: TrafficRecord): { cause: string; fix: string } | undefined {
  if (failure) return { cause: failure.reason, fix: '' }
  if (!answer || answer.status < 400) return undefined
  const { message, error_description: description } = (parseJson(answer.body) ?? {}) as Refusal
  const said = typeof message === 'string' ? message : description
  return { cause: typeof said === 'string' ? said : `refused with ${answer.status}`, fix: '' }
}

function bodies(io: Pick<Io, 'colour'>, { request, answer }: TrafficRecord): string[] {
  return [...bodyLines(io, 'sent', request.body), ...bodyLines(io, 'answered', answer?.body ?? null)]
}

function bodyLines(io: Pick<Io, 'colour'>, word: string, body: string | null): string[] {
  if (!body) return []
  const cut =
    body.length > LONGEST_BODY ? `${body.slice(0, LONGEST_BODY)}… (${body.length} characters)` : body
  return [`${INDENT}${paint(io, 'dim', padded(word, 8))} ${plainText(cut)}`]
}

function parseJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}
