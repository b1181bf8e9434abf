import type { ErrorBody } from '../src/errors.ts'

export interface ConsoleAnswer<T> {
  status: number
  headers: Headers
  body: T
  /** The body as sent, for what must not be in it. */
  text: string
}

export type ConsoleClient = <T = unknown>(
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<ConsoleAnswer<T>>

/** Calls the console's API over HTTP as a developer; paths are relative to `/console/v1`. */
export const consoleClient =
  (url: string, cookie: string): ConsoleClient =>
  async <T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${url}/console/v1${path}`, {
      method,
      headers: { cookie, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    return { status: answer.status, headers: answer.headers, body: JSON.parse(text) as T, text }
  }

/** The wrong fields that a 400 names, with what was wrong about each. */
export function wrongFields(answer: ConsoleAnswer<unknown>): Record<string, string> {
  const { details } = answer.body as ErrorBody
  const found = details.find((detail) => detail['@type'].endsWith('BadRequest'))?.field_violations
  const violations = (found ?? []) as { field: string; description: string }[]
  return Object.fromEntries(violations.map(({ field, description }) => [field, description]))
}

/** Code and reason of an error, e.g. `[404, 5, 'APP_UNKNOWN']` with the HTTP status first. */
export function refusal(answer: ConsoleAnswer<unknown>): [number, number, unknown] {
  const { code, details } = answer.body as ErrorBody
  return [answer.status, code, details.find((detail) => detail['@type'].endsWith('ErrorInfo'))?.reason]
}
