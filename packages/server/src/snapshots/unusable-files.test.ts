import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { openSnapshotBed, type SnapshotBed } from '../../testing/snapshot-bed.ts'
import {
  type FileEntry,
  manifestOf,
  packEntries,
  readEntries,
  withManifest,
  withRows,
} from '../../testing/snapshot-file.ts'

let bed: SnapshotBed
let good: FileEntry[]
let file: Buffer
let before: unknown

const pathOf = (name: string): string => join(bed.dataDir, 'snapshots', `${name}.charsu-snapshot`)

/** All that a load would change, in short. */
async function state(): Promise<unknown> {
  const { rows } = await bed.database.pool.query(`
    select (select array_agg(u order by u.id)::text from users u) as users,
      (select array_agg(c order by c.id)::text from conversations c) as conversations,
      (select array_agg(s.key order by s.key)::text from instance_settings s) as settings,
      (select count(*) from pg_namespace where nspname like 'charsu%') as schemas`)
  return rows[0]
}

beforeAll(async () => {
  bed = await openSnapshotBed()
  const [seller, buyer] = [await fixture.addUser(bed.db), await fixture.addUser(bed.db)]
  await fixture.addConversation(bed.db, await fixture.addPost(bed.db, seller.id), seller.id, buyer.id)
  await bed.save('good')
  good = await readEntries(pathOf('good'))
  file = await readFile(pathOf('good'))
  before = await state()
})
afterAll(() => bed[Symbol.asyncDispose]())

const insertMedia = (path: string): FileEntry[] => [
  ...good.slice(0, -1),
  { path, bytes: Buffer.from('x') },
  { path: 'end.json', bytes: Buffer.from('{"stored_files":1}') },
]
const MEDIA = '01890000-0000-7000-8000-0000000000ab'

const FILES: readonly (readonly [string, () => Buffer, RegExp])[] = [
  ['an empty file', () => Buffer.alloc(0), /cut off|no snapshot|ends in the middle/],
  ['bytes of something else', () => Buffer.from('PK\u0003\u0004 a zip'), /cannot be unpacked/],
  ['text that is packed', () => gzipSync('hello '.repeat(1_000)), /header in it is damaged/],
  [
    'another program’s tar',
    () => packEntries([{ path: 'package.json', bytes: Buffer.from('{}') }]),
    /no snapshot of Charsu/,
  ],
  ['the first half', () => file.subarray(0, file.length / 2), /cut off/],
  ['all but the last byte', () => file.subarray(0, -1), /cut off/],
  ['one without its end', () => packEntries(good.slice(0, -1)), /lacks its end/],
  ['one that goes on after its end', () => packEntries([...good, good[1]!]), /goes on after its end/],
  ['a flipped byte', () => flipped(file), /damaged|unpacked|other rows|not JSON|wrong|does not/],
  [
    'another format',
    () => packEntries(withManifest(good, { ...manifestOf(good), format: 2 })),
    /is of format 2/,
  ],
  [
    'a manifest that is not JSON',
    () => packEntries([{ path: 'manifest.json', bytes: Buffer.from('{') }, ...good.slice(1)]),
    /not JSON/,
  ],
  [
    'a manifest of other fields',
    () => packEntries(withManifest(good, { ...manifestOf(good), tables: 'all' as never })),
    /tables/,
  ],
  [
    'a newer program’s',
    () =>
      packEntries(
        withManifest(good, {
          ...manifestOf(good),
          migrations: [...manifestOf(good).migrations, 'f'.repeat(64)],
        }),
      ),
    /newer Charsu/,
  ],
  [
    'other migrations',
    () => packEntries(withManifest(good, { ...manifestOf(good), migrations: ['f'.repeat(64)] })),
    /migration 1 \(core\) is another/,
  ],
  ['a path out of it', () => packEntries(insertMedia(`media/../../${MEDIA}.file`)), /does not belong there/],
  ['a path from the root', () => packEntries(insertMedia('/etc/charsu')), /does not belong there/],
  [
    'a file in another’s place',
    () => packEntries(insertMedia(`media/00/${MEDIA}.file`)),
    /does not belong there/,
  ],
  [
    'a link',
    () =>
      packEntries([
        ...good.slice(0, -1),
        { path: `media/ab/${MEDIA}.file`, bytes: Buffer.alloc(0), type: 'SymbolicLink' },
        good.at(-1)!,
      ]),
    /no plain file/,
  ],
  [
    'a folder',
    () => packEntries([{ path: 'tables/', bytes: Buffer.alloc(0), type: 'Directory' }, ...good]),
    /no plain file/,
  ],
  [
    'rows that were changed',
    () =>
      packEntries(
        good.map((each) =>
          each.path === 'tables/users.copy'
            ? { ...each, bytes: Buffer.from(each.bytes.toString().replaceAll('fa', 'en')) }
            : each,
        ),
      ),
    /other rows in users/,
  ],
  ['a table less', () => packEntries(withoutTable('notices')), /lacks the table notices/],
  [
    'a table that is not Charsu’s',
    () => packEntries(renamed('notices', 'pg_authid')),
    /pg_authid that Charsu does not keep/,
  ],
  ['the table of migrations', () => packEntries(renamed('notices', 'schema_migrations')), /does not keep/],
  [
    'rows of nobody',
    () =>
      packEntries(
        withRows(good, 'posts', (rows) =>
          rows.replace(/^[^\t]+\t[^\t]+\t[^\t]+/, (start) =>
            start.replace(/[^\t]+$/, '01890000-0000-7000-8000-0000000000ff'),
          ),
        ),
      ),
    /rows in posts that cannot be/,
  ],
  [
    'rows of other columns',
    () => packEntries(withRows(good, 'users', (rows) => `${rows}one\ttwo\n`)),
    /rows in users that cannot be/,
  ],
  ['rows that are no rows', () => packEntries(withRows(good, 'users', () => '\\.\nselect 1;\n')), /users/],
]

const flipped = (bytes: Buffer): Buffer => {
  const copy = Buffer.from(bytes)
  copy[bytes.length >> 1]! ^= 0x55
  return copy
}

function withoutTable(table: string): FileEntry[] {
  const manifest = manifestOf(good)
  manifest.tables = manifest.tables.filter(({ name }) => name !== table)
  return withManifest(
    good.filter(({ path }) => path !== `tables/${table}.copy`),
    manifest,
  )
}

function renamed(from: string, to: string): FileEntry[] {
  const manifest = manifestOf(good)
  for (const table of manifest.tables) if (table.name === from) table.name = to
  return withManifest(
    good.map((each) => (each.path === `tables/${from}.copy` ? { ...each, path: `tables/${to}.copy` } : each)),
    manifest,
  )
}

describe('a file that cannot be loaded is refused in words, and nothing has changed', () => {
  test.each(FILES)('%s', async (_, make, words) => {
    await writeFile(pathOf('bad'), make())
    const { status, body } = await bed.call('POST', '/dev/v1/snapshots/bad/load')
    expect([status, body.details?.[0]?.reason]).toEqual([412, 'SNAPSHOT_UNUSABLE'])
    expect(body.message).toMatch(words)
    expect(body.message).toMatch(/Nothing was changed\.$/)
    expect(await state()).toEqual(before)
  })

  test('cut off anywhere', async () => {
    for (let cut = 1; cut < file.length; cut += Math.ceil(file.length / 23)) {
      await writeFile(pathOf('bad'), file.subarray(0, cut))
      expect((await bed.call('POST', '/dev/v1/snapshots/bad/load')).status).toBe(412)
    }
    expect(await state()).toEqual(before)
  })

  test('nor is it taken from another machine', async () => {
    const put = (bytes: Buffer) =>
      fetch(`${bed.url}/dev/v1/snapshots/sent/file`, { method: 'PUT', body: new Uint8Array(bytes) })
    expect((await put(file.subarray(0, -9))).status).toBe(412)
    expect((await bed.call('GET', '/dev/v1/snapshots/sent')).status).toBe(404)
    expect((await put(file)).status).toBe(200)
    expect((await put(file)).status).toBe(409)
  })

  test('a list shows what is wrong with it', async () => {
    await writeFile(pathOf('bad'), 'nothing')
    const { body } = await bed.call('GET', '/dev/v1/snapshots')
    const views = body.snapshots as { name: string; problem: string | null }[]
    expect(views.find(({ name }) => name === 'good')?.problem).toBeNull()
    expect(views.find(({ name }) => name === 'bad')?.problem).toContain('the snapshot is damaged')
  })

  test('and the one that is whole is loaded', async () => {
    expect((await bed.call('POST', '/dev/v1/snapshots/good/load')).status).toBe(200)
  })
})
