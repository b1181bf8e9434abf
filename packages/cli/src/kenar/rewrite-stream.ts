import { Transform } from 'node:stream'
import type { OriginRewriter } from './rewrite-origins.ts'

/** One letter a byte, so that what is no origin comes out byte for byte, whatever its encoding. */
const BYTES = 'latin1'

/** Rewrites origins in a body as it passes; only what may be the beginning of one waits for the next piece. */
export function rewriteStream(rewriter: OriginRewriter): Transform {
  let waiting = ''
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const text = waiting + chunk.toString(BYTES)
      const end = text.length - rewriter.heldBack(text)
      waiting = text.slice(end)
      done(null, Buffer.from(rewriter.rewrite(text, end), BYTES))
    },
    flush(done) {
      done(null, Buffer.from(rewriter.rewrite(waiting), BYTES))
    },
  })
}

const REWRITTEN =
  /^(text\/(html|javascript|x-component|plain)|application\/(([\w.+-]*\+)?json|javascript|xhtml\+xml|x-www-form-urlencoded))\s*(;|$)/i

/** Whether a body of this type may name origins for a browser or an app to follow. */
export const namesOrigins = (contentType: string | undefined): boolean =>
  contentType !== undefined && REWRITTEN.test(contentType)
