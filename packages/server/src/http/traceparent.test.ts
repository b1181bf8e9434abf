import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readTraceparent, writeTraceparent } from './traceparent.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const SPAN = '00f067aa0ba902b7'

test('a valid traceparent is read as W3C Trace Context says', () => {
  const context = { traceId: TRACE, spanId: SPAN, sampled: true }
  expect(readTraceparent(`00-${TRACE}-${SPAN}-01`)).toEqual(context)
  expect(readTraceparent(`00-${TRACE}-${SPAN}-00`)).toEqual({ ...context, sampled: false })
  expect(readTraceparent(`00-${TRACE}-${SPAN}-03`)).toEqual(context)
  expect(readTraceparent(`cc-${TRACE}-${SPAN}-01-what-the-future-holds`)).toEqual(context)
})

test.each([
  ['nothing', undefined],
  ['two headers', [`00-${TRACE}-${SPAN}-01`, `00-${TRACE}-${SPAN}-01`]],
  ['an empty text', ''],
  ['capital letters', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
  ['the forbidden version', `ff-${TRACE}-${SPAN}-01`],
  ['a trace id of zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
  ['a span id of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
  ['a short trace id', `00-${TRACE.slice(1)}-${SPAN}-01`],
  ['more than version 00 has', `00-${TRACE}-${SPAN}-01-more`],
  ['flags that are no number', `00-${TRACE}-${SPAN}-0x`],
  ['a line break', `00-${TRACE}-${SPAN}-01\r\nx: y`],
  ['a text without end', `cc-${TRACE}-${SPAN}-01-${'a'.repeat(1_000)}`],
])('%s is ignored', (_, header) => {
  expect(readTraceparent(header)).toBeUndefined()
})

test('whatever text comes, what is read can be written and read again', () => {
  const parts = fc.stringMatching(/^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(-[a-z]{0,9})?$/)
  fc.assert(
    fc.property(fc.oneof(parts, fc.string()), (text) => {
      const context = readTraceparent(text)
      if (context) expect(readTraceparent(writeTraceparent(context))).toEqual(context)
    }),
  )
})
