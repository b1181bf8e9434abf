import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { nextStep as bedNextStep } from '../../packages/sdk/src/testing/next-step.ts'
import { nextStep as serverNextStep } from '../../packages/server/src/delivery/next-step.ts'
import { bedMarketplace } from './side-by-side/bed-marketplace.ts'
import { serverMarketplace } from './side-by-side/server-marketplace.ts'
import { type Transcript, tellStory } from './side-by-side/story.ts'
import { storyApp } from './side-by-side/story-app.ts'

const STORY_MS = 120_000
let bed: Transcript
let server: Transcript

beforeAll(async () => {
  const [inBed, onServer] = [storyApp(), storyApp()]
  await using theBed = await bedMarketplace(inBed.make)
  await using theServer = await serverMarketplace(onServer.make)
  bed = await tellStory(theBed, inBed)
  server = await tellStory(theServer, onServer)
}, STORY_MS)

describe('one story in the test bed and on a server', () => {
  test('has the same steps', () => {
    const steps = server.map(([step]) => step)
    expect(steps.length).toBeGreaterThan(200)
    for (const step of ['the post changes', 'revoke', 'tap page', 'unblocked']) {
      expect(steps).toContain(`${step}: the app hears`)
    }
    expect(bed.map(([step]) => step)).toEqual(steps)
  })

  test('looks the same to people and to the app', () => {
    for (const [i, [step, seen]] of server.entries()) expect.soft([step, bed[i]?.[1]]).toEqual([step, seen])
  })
})

test('what follows from an answer to an event is the same in both, but for the spread of repeats', () => {
  const status = fc.oneof(
    fc.integer({ min: 200, max: 599 }),
    fc.constantFrom(200, 400, 410, 422, 429, 500, 503),
  )
  const retryAfter = fc.option(fc.constantFrom('0', '7', '999999', 'soon', 'Sat, 21 Mar 2026 09:00:00 GMT'), {
    nil: undefined,
  })
  const now = Date.UTC(2026, 2, 21, 8, 30)
  fc.assert(
    fc.property(fc.option(status), retryAfter, fc.integer({ min: 0, max: 12 }), (status, retry, failures) => {
      const headers: Record<string, string> = retry === undefined ? {} : { 'retry-after': retry }
      const result =
        status === null ? ({ kind: 'failure' } as const) : ({ kind: 'answer', status, headers } as const)
      const theirs = serverNextStep(result, { failures, random: 0.5, now })
      const ours = bedNextStep(status === null ? null : { status, headers: new Headers(headers) }, {
        failures,
        now,
      })
      const { endpointFailed: _endpointFailed, ...expected } = { endpointFailed: undefined, ...theirs }
      expect(ours).toEqual(expected)
    }),
  )
})
