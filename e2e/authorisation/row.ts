import type { Expected, Operation, Sent } from './outcome.ts'
import type { World } from './world.ts'

/** One kind of caller of one operation, what it sends, and what it must get. */
export interface Cell {
  caller: string
  sent: (world: World) => Sent | Promise<Sent>
  expected: Expected | ((world: World) => Expected)
}

/** All kinds of callers of one operation. The tables say everything anew, so that a guard taken away shows. */
export interface Row extends Operation {
  /** Its id in the API description. */
  operation: string
  aliases?: readonly string[]
  /** A table in which refusals are kept, for others to read of. */
  records?: string
  cells: readonly Cell[]
}

export const OK: Expected = { answer: '200' }

/** `sent` with further headers. */
export const withHeaders = (sent: Sent, headers: Record<string, string>): Sent => ({
  ...sent,
  headers: { ...sent.headers, ...headers },
})

export const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` })
