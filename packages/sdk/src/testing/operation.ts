import type { Parser } from '@charsu/protocol/parse'
import type { KnownApp } from './bed-settings.ts'
import type { SendDeps } from './conversations.ts'
import type { Idempotency } from './idempotency.ts'
import type { Uploads } from './uploads.ts'
import type { AccessToken } from './world.ts'

export interface OperationDeps extends SendDeps {
  known: KnownApp
  idempotency: Idempotency
  uploads: Uploads
}

export interface ApiCall<B> {
  params: Readonly<Record<string, string>>
  /** Decoded; a list where a name is repeated. */
  query: Readonly<Record<string, string | string[]>>
  headers: Headers
  body: B
  /** Null for those that need none, and where none was sent. */
  token: AccessToken | null
}

export type Caller = 'anyone' | 'app' | 'app-with-user' | 'app-maybe-user'

/** An operation of the public contract as data; what is checked before `handle` follows from it (wire contract §0). */
export interface Operation<B = unknown> {
  /** As the public description names it. */
  id: string
  method: 'GET' | 'POST'
  /** With `:name` for parameters; the first is today's, the others mean the same. */
  paths: readonly [string, ...string[]]
  caller: Caller
  permission?: string
  body?: Parser<B>
  /** The answer, 200 with JSON. @throws Refusal. */
  handle(deps: OperationDeps, call: ApiCall<B>): unknown
}

/** Lets TypeScript infer the body of an operation from its parser. */
export const operation = <B = undefined>(definition: Operation<B>): Operation =>
  definition as unknown as Operation

/** The token of an operation that needs one. */
export function tokenOf({ token }: { token: AccessToken | null }): AccessToken {
  if (!token) throw new TypeError('an operation without a user token reads one')
  return token
}
