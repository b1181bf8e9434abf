import { describe, expect, test } from 'vitest'
import type { Answer } from '../outbound/outcome.ts'
import { type CheckedField, verdictOf } from './url-verdict.ts'

const answer = (status: number, contentType = ''): Answer => ({
  kind: 'answer',
  status,
  headers: contentType === '' ? {} : { 'content-type': contentType },
  body: Buffer.from('never told'),
  truncated: false,
  ms: 12,
  firstByteMs: 12,
})

describe('what an answer says about an address', () => {
  test.each<[CheckedField, number, string, string | null]>([
    ['events_url', 200, 'text/html', null],
    // Whoever asks for the identification key, or for POST, is the app that is meant.
    ['events_url', 401, '', null],
    ['session_initialization_url', 405, '', null],
    ['session_initialization_url', 501, '', null],
    ['session_initialization_url', 308, '', 'redirect'],
    ['dynamic_action_url', 404, '', 'not_found'],
    ['dynamic_action_url', 503, '', 'server_error'],
    ['redirect_uri', 400, '', null],
    ['redirect_uri', 500, '', 'server_error'],
    ['avatar_url', 200, 'image/png', null],
    ['avatar_url', 200, 'text/html; charset=utf-8', 'not_an_image'],
    ['avatar_url', 200, '', null],
    ['avatar_url', 403, 'text/html', null],
    ['avatar_url', 301, 'text/html', null],
  ])('%s that answers %i %s: %s', (field, status, contentType, problem) => {
    const verdict = verdictOf(field, answer(status, contentType))
    expect(verdict).toMatchObject({ reachable: true, answered: true, status, ms: 12, problem })
    expect(verdict.advice === '').toBe(problem === null)
    expect(JSON.stringify(verdict)).not.toContain('never told')
  })

  test.each([
    ['dns', false],
    ['connect', false],
    ['timeout', false],
    ['tls', true],
    ['reset', true],
    ['protocol', true],
    ['guard', null],
    ['url', null],
  ] as const)('a failure at %s: reachable %s, with advice', (stage, reachable) => {
    const verdict = verdictOf('events_url', { kind: 'failure', stage, reason: 'it broke', ms: 5 })
    expect(verdict).toMatchObject({ reachable, answered: false, status: null })
    expect(verdict.problem).toBe(stage === 'url' ? 'form' : stage)
    expect(verdict.advice).not.toBe('')
  })
})
