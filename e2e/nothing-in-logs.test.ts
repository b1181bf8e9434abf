import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLog } from '../packages/server/src/log.ts'
import { type ClickedAppServer, startClickedApp } from '../packages/server/testing/clicked-app.ts'
import * as consent from '../packages/server/testing/consent-flow.ts'
import { hostClient } from '../packages/server/testing/host-client.ts'
import { startTestServer, type TestServer } from '../packages/server/testing/test-server.ts'
import { startTraceCollector, type TraceCollector } from '../packages/server/testing/trace-collector.ts'
import { waitFor } from '../packages/server/testing/wait-for.ts'
import { failDatabase, sendHostileInput } from './secrets/secret-failures.ts'
import { exchangeMessages, failToDeliver, useTheRest } from './secrets/secret-messages.ts'
import { introducePeople } from './secrets/secret-people.ts'
import { appAnswer, type SecretWorld, secretKeeper, unique } from './secrets/secret-world.ts'

/**
 * A story with everything that is secret or somebody's own in it, told at the most talkative log level, with every
 * class of errors: nothing of it may stand in the log or in a trace.
 */

const { secrets, keep } = secretKeeper()
let logged = ''
let node: TestServer
let collector: TraceCollector
let app: ClickedAppServer

async function tellStory(world: SecretWorld): Promise<void> {
  const cast = await introducePeople(world)
  await exchangeMessages(world, cast)
  await useTheRest(world, cast)
  await failToDeliver(world, cast)
  await sendHostileInput(world, cast)
  await failDatabase(world, cast)
  const { registered, accessToken, sellerId } = cast
  await consent.postForm(node, '/oauth2/revoke', {
    token: accessToken,
    client_id: registered.slug,
    client_secret: registered.clientSecret,
  })
  await waitFor(async () => {
    const { body } = await hostClient(node)('DELETE', `/users/${sellerId}`)
    return (body as { erased_at: string | null }).erased_at !== null
  })
}

const STORY_MS = 120_000

beforeAll(async () => {
  collector = await startTraceCollector()
  app = await startClickedApp(({ path }) => appAnswer(keep, path))
  const destination = {
    write(line: string) {
      logged += line
    },
  }
  node = await startTestServer({
    log: createLog({ level: 'trace', destination }),
    config: { tracesUrl: collector.url, metricsToken: keep('the metrics token', unique('metrics-token')) },
  })
  await tellStory({ node, app, keep, logged: () => logged })
  await node.close()
}, STORY_MS)
afterAll(async () => {
  await app?.close()
  await collector?.[Symbol.asyncDispose]()
})

describe('a story with everything that is secret in it', () => {
  test('was told: attempts and failures are logged, requests and attempts traced', () => {
    for (const said of [
      'delivery attempt',
      '"level":50',
      '"constraint":"refused"',
      '"code":"42P01"',
      '"code":"57P01"',
    ]) {
      expect(logged).toContain(said)
    }
    const names = collector.spans.map(({ name }) => name)
    for (const name of ['deliver NEW_MESSAGE', 'ask session initialization', 'ask dynamic action']) {
      expect(names).toContain(name)
    }
    expect(secrets.length).toBeGreaterThan(50)
  })

  test('nothing of it stands in the log', () => {
    const found = secrets.filter(([, secret]) => logged.includes(secret))
    expect(found.map(([name, secret]) => `${name}: ${lineWith(secret)}`)).toEqual([])
  })

  test('nor in a trace', () => {
    const traced = JSON.stringify(collector.spans)
    const found = secrets.filter(([, secret]) => traced.includes(secret))
    expect(found.map(([name]) => name)).toEqual([])
  })
})

const lineWith = (secret: string): string | undefined =>
  logged
    .split('\n')
    .find((line) => line.includes(secret))
    ?.slice(0, 400)
