import { Buffer } from 'node:buffer'
import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { tinyOperation } from '../tiny-description.ts'
import { fuzzFailures } from './fuzz-failure.ts'
import type { FuzzRequest } from './request-arbitrary.ts'
import { fuzzCurl } from './send-raw.ts'

const REQUEST: FuzzRequest = {
  method: 'POST',
  path: "/v1/notes/it's?{}",
  headers: { 'x-api-key': "k'1", 'x-empty': '', 'content-type': 'application/json' },
  body: Buffer.from('{"text":"$HOME `x` \\"\'!"}'),
  promise: { leads: true, isKnown: true },
}

/** The command's words, as a shell reads them. */
const words = (command: string): string[] =>
  execFileSync('bash', ['-c', `curl() { printf '%s\\0' "$@"; }; ${command}`])
    .toString()
    .split('\0')
    .slice(0, -1)

describe('a failing request as a command', () => {
  it('says the same, whatever its letters', () => {
    const said = words(fuzzCurl('http://127.0.0.1:1', REQUEST))
    expect(said).toContain("http://127.0.0.1:1/v1/notes/it's?{}")
    expect(said).toContain("x-api-key: k'1")
    expect(said).toContain('x-empty;')
    expect(said.at(-1)).toBe(REQUEST.body?.toString())
  })

  it('puts bytes that are no text in by base64', () => {
    const body = Buffer.from([0x7b, 0xff, 0x00])
    const command = fuzzCurl('http://127.0.0.1:1', { ...REQUEST, body })
    expect(command).toMatch(/^echo e\/8A \| base64 -d \| curl .* --data-binary @-$/)
  })

  it('calls a body what it was called: nothing, where it was called nothing', () => {
    const said = words(fuzzCurl('http://127.0.0.1:1', { ...REQUEST, headers: {} }))
    expect(said.filter((word) => word.startsWith('content-type'))).toEqual(['content-type:'])
  })
})

it('all that was found is reported: wrong answers, what was never reached, what was left behind', () => {
  const operation = tinyOperation('Notes_Write')
  const failure = {
    target: { operation, served: true, right: {}, wrong: [] },
    faults: ['the status is 500'],
    request: REQUEST,
    answer: { status: 500, headers: {}, text: '{}' },
    seed: 7,
    path: '3:1',
  }
  const found = fuzzFailures('http://x', { failures: [failure], neverReached: ['Notes_Ring'] }, ['a line'])
  expect(found).toMatchObject([
    {
      operation: 'Notes_Write',
      what: expect.stringContaining('--operation Notes_Write --seed 7 --path 3:1'),
    },
    { operation: 'Notes_Ring', faults: [expect.stringContaining('not one of them')] },
    { operation: 'after all requests', faults: ['a line'] },
  ])
})
