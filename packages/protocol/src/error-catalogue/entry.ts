import type { CodeName } from '../errors.ts'

/** Who can do something about an error: the app's code, the person who clicks, the host, or the app's developer. */
export type Audience = 'app' | 'user' | 'host' | 'developer'

/** What a reason means, for somebody who has just met it. */
export interface ErrorEntry {
  audience: Audience
  /** What happened, in sentences that need nothing else to be understood. */
  cause: string
  /** What to do, as an instruction. */
  fix: string
  /** What right looks like: a header, a field, a call. */
  example?: string
}

/** A reason that an answer carries as google.rpc.ErrorInfo (wire contract §0). */
export interface AnswerEntry extends ErrorEntry {
  code: CodeName
  /** HTTP status, where it is not the code's own. */
  http?: number
}

/** An error in OAuth's own form (wire contract §7). */
export interface OAuthEntry extends ErrorEntry {
  /** HTTP status at the token endpoint; absent where it only comes by redirect. */
  http?: number
}

export type Answers = Readonly<Record<string, AnswerEntry>>
export type Entries = Readonly<Record<string, ErrorEntry>>
