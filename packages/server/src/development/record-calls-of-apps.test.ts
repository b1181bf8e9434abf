import { fastify } from 'fastify'
import { expect, test } from 'vitest'
import { createLog } from '../log.ts'
import { recordCallsOfApps } from './record-calls-of-apps.ts'
import type { TrafficEntry } from './traffic-record.ts'

test('a call of an app is recorded with the time that it took, and when it began', async () => {
  let time = 1_000
  const entries: TrafficEntry[] = []
  const recorder = recordCallsOfApps({
    clock: { now: () => time, monotonic: () => time },
    log: createLog({ level: 'silent' }),
    traffic: { add: (entry) => void entries.push(entry) },
    openUploadToken: () => ({ ok: false, why: 'unknown' }),
  })
  const http = fastify()
  recorder.register(http)
  http.get('/v1/open-platform/users', async () => {
    time += 40
    return {}
  })
  await http.inject('/v1/open-platform/users')
  await http.close()
  expect(entries.map(({ at, record }) => [at, record.ms])).toEqual([[1_000, 40]])
})
