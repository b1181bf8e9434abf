import { expect } from 'vitest'
import { hostClient } from '../../packages/server/testing/host-client.ts'
import { TEST_HOST_KEY } from '../../packages/server/testing/test-server.ts'
import { waitFor } from '../../packages/server/testing/wait-for.ts'
import type { SecretCast } from './secret-people.ts'
import { call, rawRequest, type SecretWorld, unique } from './secret-world.ts'

/** Hostile input, with something secret in each. */
export async function sendHostileInput(
  world: SecretWorld,
  { asApp, asBuyer, messages, conversationId, sellerId }: SecretCast,
): Promise<void> {
  const { node, keep } = world
  const host = hostClient(node)
  const hostile = keep('hostile input', unique('hostile'))
  for (const body of [
    `{"text": ${hostile}`,
    `"${hostile}"`,
    `{"text": "${hostile}\\u0000"}`,
    `{"message": {"${hostile}": 1}}`,
    `[${'['.repeat(5_000)}"${hostile}"`,
  ]) {
    await call(world, 'POST', messages, asBuyer, body)
    await call(world, 'POST', `/v2/open-platform/conversations/${conversationId}/messages`, asApp, body)
    await call(world, 'POST', '/host/v1/users', { authorization: `Bearer ${TEST_HOST_KEY}` }, body)
    await call(world, 'POST', '/oauth2/token', {}, body)
  }
  await call(world, 'GET', `/v1/open-platform/${hostile}?token=${hostile}`, asApp)
  await call(world, 'POST', messages, { ...asBuyer, 'content-type': `text/${hostile}` }, { text: hostile })
  await call(world, 'GET', `/%ZZ${hostile}`, asApp)
  await call(world, 'GET', '/healthz', { 'x-large': hostile.repeat(4_000) })
  await rawRequest(world, `${hostile} / HTTP/9.9\r\n\r\n`)
  await rawRequest(world, `GET / HTTP/1.1\r\nHost: x\r\n${hostile}\r\n\r\n`)
  await host('PUT', `/users/${sellerId}`, { phone: `${keep('a wrong phone number', unique('phone'))}` })
}

/** The database refuses rows, knows tables no longer, and cuts connections, while all of them hold something secret. */
export async function failDatabase(world: SecretWorld, bed: SecretCast): Promise<void> {
  const { node, keep } = world
  const { pool } = node.database
  const host = hostClient(node)
  const attempts = async () => {
    const words = keep('words that were not stored', unique('unstored'))
    return [
      await call(world, 'POST', bed.messages, bed.asBuyer, { text: words }),
      await call(world, 'POST', `/v2/open-platform/conversations/${bed.conversationId}/messages`, bed.asApp, {
        message: words,
      }),
      await call(world, 'POST', '/experimental/open-platform/events/send', bed.asApp, { message: words }),
      await host('PUT', `/users/${bed.sellerId}`, { name: words, phone: '09127654322' }),
      await host('PUT', `/posts/${bed.token}`, { title: words }),
      await host('POST', '/login-links', { user: bed.sellerId, return_to: `/${words}` }),
    ].map(({ status }) => status)
  }
  keep('a phone number that was not stored', '09127654322')
  const rules: [table: string, rule: string][] = [
    ['messages', `body::text not like '%unstored%'`],
    ['notices', `message not like '%unstored%'`],
    ['users', `name not like '%unstored%'`],
    ['posts', `title not like '%unstored%'`],
    ['login_links', `return_to not like '%unstored%'`],
  ]
  for (const [table, rule] of rules)
    await pool.query(`alter table ${table} add constraint refused check (${rule}) not valid`)
  expect(new Set(await attempts())).toEqual(new Set([500]))
  // A failure that quotes the value itself.
  await pool.query(
    `create function quoting() returns trigger language plpgsql as 'begin perform (new::text)::uuid; return new; end'`,
  )
  for (const [table] of rules) {
    await pool.query(`alter table ${table} drop constraint refused`)
    await pool.query(
      `create trigger quoting before insert or update on ${table} for each row execute function quoting()`,
    )
  }
  expect((await attempts()).every((status) => status >= 400)).toBe(true)
  for (const [table] of rules) {
    await pool.query(`drop trigger quoting on ${table}`)
    await pool.query(`alter table ${table} rename to ${table}_away`)
  }
  expect((await attempts()).every((status) => status >= 400)).toBe(true)
  for (const [table] of rules) await pool.query(`alter table ${table}_away rename to ${table}`)
  const cutting = setInterval(() => {
    void pool
      .query(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
      )
      .catch(() => {})
  }, 5)
  for (let i = 0; i < 5; i++) await attempts()
  clearInterval(cutting)
  await waitFor(async () => (await host('GET', `/users/${bed.sellerId}`)).status === 200)
}
