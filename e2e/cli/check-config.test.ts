import { SETTINGS } from '@charsu/server/settings'
import { expect, test } from 'vitest'
import { charsu } from './charsu.ts'

test('an empty environment is fine, and every setting is listed with its default', async () => {
  const { code, out } = await charsu(['check-config'])
  expect(code).toBe(0)
  for (const { name } of Object.values(SETTINGS))
    expect(out).toMatch(new RegExp(`^ {2}${name} +default +\\S`, 'm'))
  expect(out).toContain('The server would start with these settings.')
})

test('all that is wrong is said at once, and no secret with it', async () => {
  const secret = 'hidden-1'
  const env = {
    CHARSU_MODE: 'production',
    CHARSU_PORT: 'http',
    CHARSU_HOST_KEY: secret,
    CHARSU_METRICS_TOKEN: 'hidden-long-enough-2',
    CHARSU_MEDIA_S3_SECRET_ACCESS_KEY: 'hidden-3',
    CHARSU_PROT: '1',
  }
  const { code, out, err } = await charsu(['check-config', '--processes', 'many'], { env })
  expect(code).toBe(1)
  for (const problem of [
    'CHARSU_PORT is "http", but must be a whole number',
    'CHARSU_HOST_KEY has 8 characters, but needs at least 32',
    'CHARSU_PROT is no setting: did you mean CHARSU_PORT?',
    'CHARSU_PROCESSES is "many"',
    'CHARSU_PUBLIC_URL is required',
    'DATABASE_URL is required',
  ]) {
    expect(out).toContain(`  - ${problem}`)
  }
  expect(out).toMatch(/^! CHARSU_PORT +environment +http$/m)
  expect(out).toMatch(/^ {2}CHARSU_METRICS_TOKEN +environment +set$/m)
  expect(out).toMatch(/^! CHARSU_PROCESSES +command line +many$/m)
  expect(out + err).not.toContain('hidden')
})

test('a database’s password is not printed, right or wrong', async () => {
  for (const url of ['postgres://charsu:hidden@db.example/charsu', 'mysql://charsu:hidden@db.example']) {
    const { out, err } = await charsu(['check-config'], { env: { DATABASE_URL: url } })
    expect(out).toMatch(/DATABASE_URL +environment +set$/m)
    expect(out + err).not.toContain('hidden')
  }
})

test('scripts get one JSON object', async () => {
  const { code, out } = await charsu(['check-config', '--json'], { env: { CHARSU_PORT: '5000' } })
  expect(code).toBe(0)
  expect(JSON.parse(out)).toMatchObject({
    problems: [],
    settings: expect.arrayContaining([{ name: 'CHARSU_PORT', value: '5000', origin: 'environment' }]),
  })
})
