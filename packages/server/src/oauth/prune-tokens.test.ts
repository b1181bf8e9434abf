import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { addApp, addUser } from '../../testing/marketplace-fixture.ts'
import { sequentialReads } from '../../testing/sequential-reads.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { createDatabase, type Database } from '../db/database.ts'
import { newId } from '../ids.ts'
import { codeRefusal, refreshRefusal } from './grant-rules.ts'
import { pruneTokens } from './prune-tokens.ts'
import { insertCode } from './store.ts'
import { findCode, findRefreshToken, insertTokens, useCode } from './token-store.ts'

let database: TestDatabase
let db: Database
let owner: { appId: string; userId: string; grantId: string }

beforeAll(async () => {
  database = await createTestDatabase({ max: 1 })
  db = createDatabase(database.pool)
  const user = await addUser(db)
  const app = await addApp(db, user.id)
  owner = { appId: app.id, userId: user.id, grantId: newId() }
  await db.insertInto('grants').values({ id: owner.grantId, app_id: app.id, user_id: user.id }).execute()
})
afterAll(() => database.drop())
beforeEach(() => database.pool.query('truncate authorization_codes, access_tokens, refresh_tokens'))

const prune = (): Promise<void> => pruneTokens(db, new AbortController().signal)

const daysAgo = (days: number): Date => new Date(Date.now() - days * 24 * 3_600_000)

/** A code that was exchanged, and the pair it gave, all of them expired that long ago. */
const addExpired = (name: string, days: number): Promise<void> =>
  db.transaction().execute(async (tx) => {
    const expiresAt = daysAgo(days)
    const code = { code: `code ${name}`, redirectUri: 'https://app.example/', scopes: [], proofKey: null }
    await insertCode(tx, { ...code, ...owner, expiresAt })
    const row = await findCode(tx, code.code)
    await useCode(tx, row!.hash, expiresAt)
    const token = (kind: string) => ({ token: `${kind} ${name}`, scopes: [], expiresAt })
    await insertTokens(tx, {
      ...owner,
      id: newId(),
      codeHash: row!.hash,
      access: token('access'),
      refresh: token('refresh'),
    })
  })

const count = async (table: string): Promise<number> =>
  (await database.pool.query(`select count(*) as n from ${table}`)).rows[0].n

test('codes and tokens are remembered for 31 days after they expired, so that misuse is found out', async () => {
  await addExpired('remembered', 30.9)
  await addExpired('forgotten', 31.1)
  await database.pool.query(`update refresh_tokens set rotated_at = now() - interval '60 days'`)
  await prune()
  const now = Date.now()
  await db.transaction().execute(async (tx) => {
    const attempt = { clientId: owner.appId, now, redirectUri: 'https://app.example/' }
    const code = await findCode(tx, 'code remembered')
    expect(codeRefusal(code, attempt)).toMatchObject({ consequence: 'revoke_tokens' })
    const refreshToken = await findRefreshToken(tx, 'refresh remembered')
    expect(refreshRefusal(refreshToken, attempt)).toMatchObject({ consequence: 'revoke_grant' })
    expect(await findCode(tx, 'code forgotten')).toBeUndefined()
    expect(await findRefreshToken(tx, 'refresh forgotten')).toBeUndefined()
  })
  expect(await count('access_tokens')).toBe(1)
})

test('what still works stays, revoked or not, until it has expired', async () => {
  await addExpired('living', -1)
  await database.pool.query(`update refresh_tokens set revoked_at = now() - interval '90 days'`)
  await prune()
  expect(await Promise.all(['authorization_codes', 'access_tokens', 'refresh_tokens'].map(count))).toEqual([
    1, 1, 1,
  ])
})

test('no table is read from end to end for it', async () => {
  for (const table of ['access_tokens', 'refresh_tokens']) {
    await database.pool.query(
      `insert into ${table} (id, hash, grant_id, app_id, user_id, scopes, expires_at)
       select gen_random_uuid(), int8send(n), $1, $2, $3, '{}',
         now() - case when n <= 1500 then interval '32 days' else interval '0' end
       from generate_series(1, 20000) n`,
      [owner.grantId, owner.appId, owner.userId],
    )
  }
  await database.pool.query(
    `insert into authorization_codes (hash, grant_id, app_id, user_id, redirect_uri, scopes, expires_at)
     select int8send(n), $1, $2, $3, '', '{}',
       now() - case when n <= 1500 then interval '32 days' else interval '0' end
     from generate_series(1, 20000) n`,
    [owner.grantId, owner.appId, owner.userId],
  )
  await database.pool.query('analyze authorization_codes, access_tokens, refresh_tokens')
  expect(await sequentialReads(database.pool, prune)).toEqual({})
  expect(await count('refresh_tokens')).toBe(18_500)
})
