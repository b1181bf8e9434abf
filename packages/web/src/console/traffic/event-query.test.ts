import { expect, test } from 'vitest'
import { isConversationId, isWebhookId, localTime, momentOf } from './event-query.ts'

test('only whole ids are asked for', () => {
  expect(isConversationId('01900000-0000-7000-8000-000000000001')).toBe(true)
  expect(isConversationId('01900000')).toBe(false)
  expect(isWebhookId(`evt_${'Q'.repeat(27)}`)).toBe(true)
  expect(isWebhookId('evt_Q')).toBe(false)
})

test('a time goes into its field and comes out of it as the same minute', () => {
  const moment = '2026-11-22T08:30:00.000Z'
  expect(momentOf(localTime(moment))).toBe(moment)
  expect(localTime(moment)).toMatch(/^2026-11-2[123]T\d\d:[03]0$/)
})

test('what is no time is none, whoever wrote it into the address', () => {
  expect([localTime(''), localTime('yesterday'), momentOf(''), momentOf('soon')]).toEqual(['', '', '', ''])
})
