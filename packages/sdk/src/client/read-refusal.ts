import { CODES, type FieldViolation } from '@charsu/protocol/errors'
import { isJsonObject, type JsonObject } from '@charsu/protocol/json-object'
import type { Refusal } from './errors.ts'
import { shownText } from './shown-text.ts'

/** What a body in the contract's form of errors says (wire contract §0), or one in OAuth's (§7). */
export interface RefusalBody
  extends Pick<Refusal, 'code' | 'codeName' | 'reason' | 'metadata' | 'violations' | 'helpUrl' | 'detail'> {
  /** In OAuth's form. */
  oauth: { error: string; errorDescription: string | undefined } | undefined
}

const MAX_VIOLATIONS = 50
const MAX_METADATA = 50
const MAX_NAME = 100

/** Reads what is there and skips what is not as it should be; every text is made fit to be shown. */
export function readRefusal(body: JsonObject, secrets: readonly string[]): RefusalBody {
  const show = (value: unknown, max?: number): string | undefined =>
    typeof value === 'string' && value.trim() !== '' ? shownText(value, secrets, max) : undefined
  const details = Array.isArray(body.details) ? body.details.filter(isJsonObject) : []
  const info = detailOf(details, 'ErrorInfo')
  const reason = show(info?.reason, MAX_NAME)
  const oauth = readOAuth(body, show)
  const code = typeof body.code === 'number' ? body.code : undefined
  const detail = show(body.message) ?? oauth?.errorDescription ?? oauth?.error ?? ''
  return {
    code,
    codeName: Object.entries(CODES).find(([, each]) => each.code === code)?.[0],
    reason,
    metadata: readMetadata(info?.metadata, show),
    violations: readViolations(detailOf(details, 'BadRequest')?.field_violations, show),
    helpUrl: readHelp(detailOf(details, 'Help')?.links, show),
    detail,
    oauth,
  }
}

type Show = (value: unknown, max?: number) => string | undefined

const detailOf = (details: readonly JsonObject[], type: string): JsonObject | undefined =>
  details.find((detail) => detail['@type'] === `type.googleapis.com/google.rpc.${type}`)

function readOAuth(body: JsonObject, show: Show): RefusalBody['oauth'] {
  const error = show(body.error, MAX_NAME)
  if (error === undefined || body.code !== undefined) return undefined
  return { error, errorDescription: show(body.error_description) }
}

function readMetadata(given: unknown, show: Show): Record<string, string> {
  if (!isJsonObject(given)) return {}
  const entries: [string, string][] = []
  for (const [name, value] of Object.entries(given).slice(0, MAX_METADATA)) {
    const shown = show(value)
    if (shown !== undefined) entries.push([name, shown])
  }
  return Object.fromEntries(entries)
}

function readViolations(given: unknown, show: Show): FieldViolation[] {
  if (!Array.isArray(given)) return []
  return given
    .slice(0, MAX_VIOLATIONS)
    .filter(isJsonObject)
    .map(({ field, description }) => ({ field: show(field) ?? '', description: show(description) ?? '' }))
}

function readHelp(links: unknown, show: Show): string | undefined {
  const [link] = Array.isArray(links) ? links.filter(isJsonObject) : []
  const url = show(link?.url, 2048)
  return url !== undefined && /^https?:\/\//.test(url) && URL.canParse(url) ? url : undefined
}
