import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AppFixture, addApp, addUser } from '../../packages/server/testing/marketplace-fixture.ts'
import { openSnapshotBed, type SnapshotBed } from '../../packages/server/testing/snapshot-bed.ts'
import { type TemporaryFolder, temporaryFolder } from '../../packages/server/testing/temporary-folder.ts'
import { charsu, type Ended } from './charsu.ts'

const TEST_MS = 180_000

let bed: SnapshotBed
let other: SnapshotBed
let home: TemporaryFolder

const run = (of: SnapshotBed, ...words: string[]): Promise<Ended> =>
  charsu(words, { env: { CHARSU_URL: of.url }, cwd: home.path })

async function fine(of: SnapshotBed, ...words: string[]): Promise<string> {
  const { code, out, err } = await run(of, ...words)
  expect([code, err]).toEqual([0, ''])
  return out
}

const rowsOf = async (of: SnapshotBed, sql: string) => (await of.database.pool.query(sql)).rows

beforeAll(async () => {
  bed = await openSnapshotBed()
  other = await openSnapshotBed()
  home = await temporaryFolder()
}, TEST_MS)
afterAll(async () => {
  await bed[Symbol.asyncDispose]()
  await other[Symbol.asyncDispose]()
  await home[Symbol.asyncDispose]()
}, TEST_MS)

const SEEDED = `
  select (select array_agg(host_id || name || coalesce(phone, '') order by host_id) from users) as people,
    (select array_agg(token || title order by token) from posts) as posts,
    (select array_agg(c.id || ' ' || m.sequence || (m.body ->> 'text') order by c.id, m.sequence)
      from messages m join conversations c on c.id = m.conversation_id) as chats`

describe('charsu seed', () => {
  const size = ['--users', '9', '--posts', '5', '--conversations', '12', '--messages', '50']

  test(
    'makes what is asked for, the same for the same seed, and only what is missing',
    async () => {
      expect(await fine(bed, 'seed', ...size)).toBe(
        'Seeded 9 people, 5 posts, 12 conversations, 50 messages\n',
      )
      expect(JSON.parse(await fine(bed, 'seed', ...size, '--json'))).toMatchObject({ messages: 0, there: 50 })
      expect(JSON.parse(await fine(other, 'seed', ...size, '--json'))).toMatchObject({
        messages: 50,
        there: 0,
      })
      expect(await rowsOf(other, SEEDED)).toEqual(await rowsOf(bed, SEEDED))
      const [{ pairs }] = await rowsOf(
        bed,
        'select count(distinct (post_id, demand_id))::int as pairs from conversations',
      )
      expect(pairs).toBe(12)
    },
    TEST_MS,
  )

  test('says what cannot be made, before anything is', async () => {
    const { code, err } = await run(bed, 'seed', '--users', '2', '--posts', '2', '--conversations', '3')
    expect(code).toBe(2)
    expect(err).toContain('2 at most')
    expect((await run(bed, 'seed', '--users', 'many')).err).toContain('has to be a whole number')
  })

  test('keeps away from a marketplace that is not in development', async () => {
    const refused = await charsu(['seed'], {
      env: { CHARSU_URL: bed.url.replace('127.0.0.1', '127.0.0.2'), CHARSU_HOST_KEY: 'x' },
    })
    expect([refused.code, refused.out]).toEqual([1, ''])
  })
})

describe('charsu snapshot', () => {
  test(
    'saves to a name, lists it, and loads it',
    async () => {
      expect(await fine(bed, 'snapshot', 'list')).toContain('charsu snapshot save <name>')
      expect(await fine(bed, 'snapshot', 'save', 'first')).toMatch(/^Saved first: .*50 messages/)
      const again = await run(bed, 'snapshot', 'save', 'first')
      expect([again.code, again.err]).toEqual([1, expect.stringContaining('already')])
      await fine(bed, 'snapshot', 'save', 'first', '--force')
      expect(await fine(bed, 'snapshot', 'list')).toMatch(/^name +saved at +size +holds\nfirst +\d{4}-/)
      await bed.call('PUT', '/host/v1/users/too-late', { name: 'gone' })
      expect(await fine(bed, 'snapshot', 'load', 'first')).toMatch(/^Loaded first: /)
      expect((await bed.call('GET', '/host/v1/users/too-late')).status).toBe(404)
    },
    TEST_MS,
  )

  test(
    'saves to a file that a colleague loads, and leaves nothing else behind',
    async () => {
      await bed.call('PUT', '/host/v1/users/travels', { name: 'of the file' })
      await fine(bed, 'snapshot', 'save', './bug.charsu-snapshot')
      expect((await stat(join(home.path, 'bug.charsu-snapshot'))).mode & 0o777).toBe(0o600)
      const taken = await run(bed, 'snapshot', 'save', './bug.charsu-snapshot')
      expect([taken.code, taken.err]).toEqual([1, expect.stringContaining('--force')])
      const loaded = JSON.parse(await fine(other, 'snapshot', 'load', 'bug.charsu-snapshot', '--json'))
      expect(loaded).toMatchObject({ name: 'bug.charsu-snapshot', problem: null })
      expect((await other.call('GET', '/host/v1/users/travels')).body.name).toBe('of the file')
      for (const each of [bed, other]) {
        const { body } = await each.call('GET', '/dev/v1/snapshots')
        expect((body.snapshots as { name: string }[]).filter(({ name }) => name !== 'first')).toEqual([])
      }
    },
    TEST_MS,
  )

  test(
    'says what is wrong with a file and with a name',
    async () => {
      await fine(bed, 'snapshot', 'save', './whole.charsu-snapshot')
      const bytes = await readFile(join(home.path, 'whole.charsu-snapshot'))
      await writeFile(join(home.path, 'half.charsu-snapshot'), bytes.subarray(0, 999))
      const half = await run(other, 'snapshot', 'load', './half.charsu-snapshot')
      expect([half.code, half.out]).toEqual([1, ''])
      expect(half.err).toContain('cut off: copy it again. Nothing was changed.')
      expect((await run(other, 'snapshot', 'load', './nothing')).err).toContain('it is not there')
      expect((await run(other, 'snapshot', 'load', 'nothing')).err).toContain('charsu snapshot list')
      const name = await run(other, 'snapshot', 'save', 'Not a name')
      expect([name.code, name.err]).toEqual([2, expect.stringContaining('./Not-a-name.charsu-snapshot')])
    },
    TEST_MS,
  )
})

describe('charsu apps and keys', () => {
  let app: AppFixture
  beforeAll(async () => {
    const developer = await addUser(bed.db, { developer: true })
    app = await addApp(bed.db, developer.id)
    await bed.db.insertInto('app_permissions').values({ app_id: app.id, name: 'GET_POST' }).execute()
  })

  const works = async (key: string): Promise<boolean> => {
    const answer = await fetch(`${bed.url}/v1/open-platform/finder/post/nothing`, {
      headers: { 'x-api-key': key },
    })
    return answer.status !== 401
  }

  test(
    'show an app, limit it, approve it and hand it over',
    async () => {
      expect(await fine(bed, 'apps', 'list')).toMatch(new RegExp(`^app +name +owner .*\n(.*\n)*${app.slug} `))
      await fine(bed, 'apps', 'limits', app.slug, '--per-minute', '7')
      const limited = JSON.parse(await fine(bed, 'apps', 'limits', app.slug, '--per-day', 'none', '--json'))
      expect(limited.limits).toMatchObject({
        per_minute: { limit: 7 },
        per_day: { limit: null, is_default: false },
      })
      expect(await fine(bed, 'apps', 'approve', app.slug)).toContain('✓ GET_POST')
      expect(await fine(bed, 'apps', 'reject', app.slug)).toContain('approval taken back')
      await bed.call('PUT', '/host/v1/users/heir', { name: 'Heir', developer: true })
      expect(await fine(bed, 'apps', 'transfer', app.slug, 'heir')).toContain(
        `Handed over ${app.slug} to heir`,
      )
      expect(await fine(bed, 'apps', 'show', app.slug)).toMatch(/owner +heir/)
      const misspelt = await run(bed, 'apps', 'show', `${app.slug}x`)
      expect([misspelt.code, misspelt.err]).toEqual([1, expect.stringContaining(app.slug)])
    },
    TEST_MS,
  )

  test(
    'a leaked key is enough to revoke it, and no key shows but in the moment of its making',
    async () => {
      const made = await run(bed, 'keys', 'create', '--app', app.slug, '--name', 'rescue')
      const key = made.out.trim()
      expect([made.code, key]).toEqual([0, expect.stringMatching(/^ck_/)])
      expect(made.err).not.toContain(key)
      expect(await works(key)).toBe(true)
      const list = await fine(bed, 'keys', 'list', '--app', app.slug)
      expect(list).toContain(key.slice(0, 8))
      expect(list).not.toContain(key)
      const revoked = await fine(bed, 'keys', 'revoke', key)
      expect(revoked).toContain(`Revoked ${key.slice(0, 8)}… of ${app.slug}`)
      expect(await works(key)).toBe(false)
      expect(await fine(bed, 'keys', 'list', '--app', app.slug)).not.toContain(key.slice(0, 8))
      expect(await fine(bed, 'keys', 'list', '--all')).toContain('revoked ')
      const unknown = await run(bed, 'keys', 'revoke', 'ck_notakeyofanybody')
      expect(unknown.code).toBe(1)
      expect(unknown.err).not.toContain('notakeyofanybody')
    },
    TEST_MS,
  )
})
