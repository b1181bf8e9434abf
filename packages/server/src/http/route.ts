import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import type { Parser } from '@charsu/protocol/parse'
import type { TSchema } from 'typebox'
import type { CallerKind, Callers } from '../access/callers.ts'
import type { ApiError } from '../errors.ts'
import { PAGE_STYLE_SOURCE } from './page-style.ts'

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** One authenticated, parsed request as a use case sees it. */
export interface Call<K extends CallerKind, B, Q> {
  caller: Callers[K]
  params: Readonly<Record<string, string>>
  query: Q
  body: B
  headers: Readonly<Record<string, string | string[] | undefined>>
  /** Path and query exactly as they were sent, percent-encoding included. */
  url: string
  /** What stood before it and stands before our other paths on the pages of this request: '' as a rule. */
  base: string
  requestId: string
  /** W3C trace context that calls made for this request continue; null when the caller sent none and none is traced. */
  traceparent: string | null
  /** The body of an upload, of any type and not yet read; null on every other route, and where there is none. */
  upload: IncomingMessage | null
  /** Aborted when the client has gone away; a long answer (SSE) ends then. */
  gone: AbortSignal
}

/** What is known of a request that failed, maybe before it was read. */
export interface ErrorRequest {
  headers: Readonly<Record<string, string | string[] | undefined>>
  /** What stands before our paths; absent, nothing. */
  base?: string
}

/** An operation as data: method, path, caller, permission, shapes, one call. No rules and no SQL. */
export interface Route<K extends CallerKind = CallerKind, B = unknown, Q = unknown> {
  method: Method
  /** With `:name` for parameters, e.g. `/v1/open-platform/finder/post/:token`. */
  path: string
  /** Further paths that mean the same, such as those of older clients; `*` at the end takes all below. */
  aliases?: readonly string[]
  /** The operation's id in the API description. */
  operation: string
  summary: string
  caller: K
  /** Permission the API key must carry, for the callers `app`, `app-with-user` and `app-maybe-user`. */
  permission?: string
  query?: Parser<Q>
  body?: Parser<B>
  /** The body may also come as application/x-www-form-urlencoded (OAuth's token endpoint, HTML forms). */
  form?: boolean
  /** Its body is multipart/form-data, handed on as it comes in; the fields that are files, for the API description. */
  upload?: readonly string[]
  /** The upload is one file as it is and not multipart; the media type of it, for the API description. */
  uploadType?: string
  /** Most bytes of its body, where 256 KiB are not enough (bulk calls of the host). */
  bodyLimitBytes?: number
  /** Shape of the 200 answer, for the API description. */
  answer?: TSchema
  /** Status of the answer where it is not 200, for the API description. */
  status?: number
  /** Says an error in another form than wire contract §0's: OAuth's own, or a page for people; null keeps the form. */
  answerError?: (error: ApiError, request: ErrorRequest & { url: string }) => HttpAnswer | null
  handle(call: Call<K, B, Q>): Promise<unknown>
}

/** Lets TypeScript infer the caller, body and query of a route from its own fields. */
export const route = <K extends CallerKind, B = undefined, Q = undefined>(
  definition: Route<K, B, Q>,
): Route => definition as unknown as Route

/** For a handler that answers other than 200 with JSON. */
export class HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[]>>
  readonly body: string | Buffer | Readable | null

  constructor(
    status: number,
    headers: Readonly<Record<string, string | string[]>> = {},
    body: string | Buffer | Readable | null = null,
  ) {
    this.status = status
    this.headers = headers
    this.body = body
  }
}

/** What holds a secret is shown this once, and kept by nobody on the way. */
export const shownOnce = (value: unknown): HttpAnswer =>
  new HttpAnswer(
    200,
    { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
    JSON.stringify(value),
  )

/**
 * @param location a path of ours, or an absolute URL. A header holds ASCII, and hosts and apps write URLs in their own
 * letters: what holds others is written as browsers take it.
 */
export const redirect = (location: string, headers: Record<string, string | string[]> = {}): HttpAnswer =>
  new HttpAnswer(302, {
    location: VISIBLE_ASCII.test(location) ? location : new URL(location).href,
    'cache-control': 'no-store',
    ...headers,
  })

const VISIBLE_ASCII = /^[\x21-\x7e]*$/

const PAGE_POLICY = `default-src 'none'; style-src ${PAGE_STYLE_SOURCE}; font-src 'self'; img-src 'self' https: data:; base-uri 'none'`

/**
 * A page of our own, with the one style sheet of ours. It may run no script, may not be framed, and sends no referrer to other sites. (To our own it
 * does: under `no-referrer` browsers send `Origin: null` with a form, which the cross-site guard has to refuse.)
 * @param formTargets further sources that its forms may lead to, such as an app's redirect URI.
 */
export const html = (status: number, page: string, formTargets: readonly string[] = []): HttpAnswer =>
  new HttpAnswer(
    status,
    {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': `${PAGE_POLICY}; frame-ancestors 'none'; form-action ${["'self'", ...formTargets].join(' ')}`,
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
    },
    page,
  )
