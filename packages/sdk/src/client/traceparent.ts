/** W3C Trace Context: version, trace id, parent id, flags; later versions may have more behind it. */
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(?:-[\x21-\x7e]{0,64})?$/

export const isTraceparent = (text: string): boolean => TRACEPARENT.test(text)

/** @throws TypeError */
export function readTraceparent(text: unknown): string {
  if (typeof text === 'string' && isTraceparent(text)) return text
  throw new TypeError(
    'traceparent must be a W3C trace context, such as 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01: pass the header as it came',
  )
}
