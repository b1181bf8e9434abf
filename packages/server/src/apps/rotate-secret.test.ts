import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ConsoleClient, consoleClient } from '../../testing/console-client.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { EndpointSettingsCache } from '../delivery/endpoint-settings.ts'
import { hashSecret } from '../ids.ts'
import type { AppDetails } from './app-view.ts'
import type { RotatedSecret } from './rotate-secret.ts'

interface Created {
  client_secret: string
  webhook_secret: string
}

const DAY_MS = 24 * 3_600_000
const MINUTE_MS = 60_000
let node: TestServer
let call: ConsoleClient
let slug: string
let created: Created
let apps = 0

beforeAll(async () => {
  node = await startTestServer()
})
afterAll(() => node.close())
beforeEach(async () => {
  const developer = await fixture.addUser(node.db, { developer: true })
  call = consoleClient(node.url, developer.cookie)
  slug = `rotating-${++apps}`
  const settings = {
    slug,
    display_name: 'App',
    events_url: 'http://127.0.0.1:9/events',
    identification_key: 'k1',
  }
  created = (await call<Created>('POST', '/apps', settings)).body
})

const rotate = async (kind: 'oauth-client' | 'webhook-signing'): Promise<RotatedSecret> => {
  const answer = await call<RotatedSecret>('POST', `/apps/${slug}/secrets/${kind}/rotate`)
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
  return answer.body
}

const endpoint = async (): Promise<{ id: string; revision: number }> =>
  await node.db
    .selectFrom('endpoints as e')
    .innerJoin('apps as a', 'a.id', 'e.app_id')
    .select(['e.id', 'e.revision'])
    .where('a.slug', '=', slug)
    .executeTakeFirstOrThrow()

describe('wire contract §5: rotating the webhook secret', () => {
  /** As the next attempt reads them, some time from now, by a node that holds a copy from before. */
  const settingsAfter = async (ms: number, change?: () => Promise<unknown>) => {
    const clock = { now: () => Date.now() + ms }
    const cache = new EndpointSettingsCache({ pool: node.database.pool, clock })
    const before = await endpoint()
    await cache.get(before.id, before.revision)
    await change?.()
    return (await cache.get(before.id, (await endpoint()).revision))!
  }

  test('signs with both for 24 hours, then with the new one alone', async () => {
    let fresh: RotatedSecret | undefined
    const soon = await settingsAfter(0, async () => {
      fresh = await rotate('webhook-signing')
    })
    expect(soon.signingSecrets).toEqual([fresh!.secret, created.webhook_secret])
    expect((await settingsAfter(DAY_MS - MINUTE_MS)).signingSecrets).toHaveLength(2)
    expect((await settingsAfter(DAY_MS + MINUTE_MS)).signingSecrets).toEqual([fresh!.secret])
  })

  test('a second rotation within that time leaves two: the newest and the one before it', async () => {
    const second = await rotate('webhook-signing')
    const third = await rotate('webhook-signing')
    expect((await settingsAfter(0)).signingSecrets).toEqual([third.secret, second.secret])
  })

  test('rotations at once leave one that stays and one that runs out', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => rotate('webhook-signing')))
    const { signingSecrets } = await settingsAfter(0)
    expect(signingSecrets).toHaveLength(2)
    expect(answers.map(({ secret }) => secret)).toEqual(expect.arrayContaining(signingSecrets))
    const { body } = await call<AppDetails>('GET', `/apps/${slug}`)
    expect(body.secrets.webhook_signing.map(({ expires_at }) => expires_at === null)).toEqual([true, false])
  })

  test('a changed identification key and events URL are in force at the next attempt, by the revision', async () => {
    const changed = await settingsAfter(0, () =>
      call('PATCH', `/apps/${slug}`, { identification_key: 'k2', events_url: 'http://127.0.0.1:9/other' }),
    )
    expect(changed).toMatchObject({ identificationKey: 'k2', url: 'http://127.0.0.1:9/other' })
  })
})

describe('rotating the OAuth client secret', () => {
  const living = async (): Promise<Buffer[]> => {
    const { rows } = await node.database.pool.query<{ hash: Buffer }>(
      `select s.hash from app_secrets s join apps a on a.id = s.app_id
       where a.slug = $1 and s.kind = 'oauth_client' and (s.expires_at is null or s.expires_at > now())
       order by s.created_at desc`,
      [slug],
    )
    return rows.map(({ hash }) => hash)
  }

  test('keeps the one before alive for 24 hours, and says until when', async () => {
    const fresh = await rotate('oauth-client')
    expect(await living()).toEqual([hashSecret(fresh.secret), hashSecret(created.client_secret)])
    const ends = Date.parse(fresh.previous_expires_at!)
    expect(Math.abs(ends - (Date.now() + DAY_MS))).toBeLessThan(MINUTE_MS)
    const { body, text } = await call<AppDetails>('GET', `/apps/${slug}`)
    expect(body.secrets.oauth_client).toMatchObject([
      { expires_at: null },
      { expires_at: fresh.previous_expires_at },
    ])
    expect(text).not.toContain(fresh.secret)
  })

  test('at most two are alive: the third rotation ends the first secret', async () => {
    const second = await rotate('oauth-client')
    const third = await rotate('oauth-client')
    expect(await living()).toEqual([hashSecret(third.secret), hashSecret(second.secret)])
  })

  test('leaves the webhook secrets and the endpoint’s revision alone', async () => {
    const { revision } = await endpoint()
    await rotate('oauth-client')
    const { body } = await call<AppDetails>('GET', `/apps/${slug}`)
    expect(body.secrets.webhook_signing).toHaveLength(1)
    expect((await endpoint()).revision).toBe(revision)
  })
})
