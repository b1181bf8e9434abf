declare module 'pg-copy-streams' {
  import type { Readable, Writable } from 'node:stream'
  import type { Submittable } from 'pg'

  /** The bytes of COPY … TO STDOUT; given to `client.query`. */
  export function to(text: string): Readable & Submittable
  /** Takes the bytes of COPY … FROM STDIN; given to `client.query`. */
  export function from(text: string): Writable & Submittable & { rowCount: number }
}
