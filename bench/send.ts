import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import autocannon from 'autocannon'
import type { Pool } from 'pg'
import { Client } from 'undici'
import { createDatabase } from '../packages/server/src/db/database.ts'
import { startEmbedded } from '../packages/server/src/db/embedded.ts'
import { migrate } from '../packages/server/src/db/migrate.ts'
import { createPool } from '../packages/server/src/db/pool.ts'
import { createLog } from '../packages/server/src/log.ts'
import {
  addApp,
  addConversation,
  addGrant,
  addPost,
  addSubscription,
  addUser,
} from '../packages/server/testing/marketplace-fixture.ts'
import { startChild } from './child-server.ts'

const CONNECTIONS = 64
const ROUNDS = 5
const SENDS_A_ROUND = 20_000
const ECHOES_A_ROUND = 40_000
const WARM_UP = 10_000
const SINGLE_SENDS = 1_000
const CONVERSATIONS = 1_000

export const BODY = JSON.stringify({
  type: 'TEXT',
  message: 'سلام! برای بازدید خانه چه روزی مناسب است؟ لطفاً یکی از زمان‌های زیر را انتخاب کنید.',
  sender_buttons: {
    rows: [
      {
        buttons: [
          {
            caption: 'برنامهٔ بازدیدها',
            icon_name: 'CALENDAR',
            action: { open_server_link: { data: { visit: 'v-1042', view: 'plan' } } },
          },
        ],
      },
    ],
  },
  receiver_buttons: {
    rows: [
      {
        buttons: [
          { caption: 'شنبه ۱۰ صبح', action: { get_dynamic_action: { data: { visit: 'v-1042', slot: 1 } } } },
          { caption: 'یکشنبه ۵ عصر', action: { get_dynamic_action: { data: { visit: 'v-1042', slot: 2 } } } },
        ],
      },
      { buttons: [{ caption: 'راهنما', action: { open_direct_link: 'https://visits.example/help' } }] },
    ],
  },
})

interface Marketplace {
  headers: Record<string, string>
  paths: string[]
}

/** One seller with many conversations, one app that may speak in all of them and hears every new message. */
export async function fill(pool: Pool): Promise<Marketplace> {
  const db = createDatabase(pool)
  const seller = await addUser(db)
  const app = await addApp(db, seller.id, { eventsUrl: 'http://127.0.0.1:9/events' })
  const scopes = ['CHAT_SUPPLIER_ALL_CONVERSATIONS_READ']
  const paths: string[] = []
  for (let i = 0; i < CONVERSATIONS; i++) {
    const buyer = await addUser(db)
    const post = await addPost(db, seller.id)
    const id = await addConversation(db, post, seller.id, buyer.id)
    scopes.push(`CONVERSATION_SEND_MESSAGE.${id}`)
    paths.push(`/v2/open-platform/conversations/${id}/messages`)
  }
  const grant = await addGrant(db, app.id, seller.id, scopes)
  await addSubscription(db, app, seller.id, grant.grantId)
  const headers = {
    'content-type': 'application/json',
    'x-api-key': app.key,
    authorization: `Bearer ${grant.accessToken}`,
  }
  return { headers, paths }
}

interface Load {
  rate: number
  p50: number
  p99: number
  accepted: number
}

export async function load(url: string, { headers, paths }: Marketplace, amount: number): Promise<Load> {
  const startedAt = performance.now()
  const options: autocannon.Options = {
    url,
    connections: CONNECTIONS,
    amount,
    method: 'POST',
    headers,
    body: BODY,
    requests: [
      {
        setupRequest: (request) => ({ ...request, path: paths[Math.floor(Math.random() * paths.length)]! }),
      },
    ],
  }
  // The client itself ends on the next full second; what counts is when the last answer came.
  let lastAnswerAt = startedAt
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const run = autocannon(options, (error, ended) => (error ? reject(error) : resolve(ended)))
    run.on('response', () => {
      lastAnswerAt = performance.now()
    })
  })
  if (result['2xx'] !== amount) throw new Error(`only ${result['2xx']} of ${amount} requests were accepted`)
  const rate = (amount * 1000) / (lastAnswerAt - startedAt)
  return { rate, p50: result.latency.p50, p99: result.latency.p99, accepted: amount }
}

/** Median milliseconds of sends made one after the other on one connection. */
async function single(url: string, { headers, paths }: Marketplace): Promise<number> {
  const client = new Client(url)
  const times: number[] = []
  for (let i = 0; i < SINGLE_SENDS; i++) {
    const startedAt = performance.now()
    const { statusCode, body } = await client.request({
      method: 'POST',
      path: paths[i % paths.length]!,
      headers,
      body: BODY,
    })
    await body.dump()
    times.push(performance.now() - startedAt)
    if (statusCode !== 200) throw new Error(`a send was answered ${statusCode}`)
  }
  await client.close()
  return median(times)
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!
}

const DURABLE = ['fsync', 'full_page_writes', 'synchronous_commit']

async function requireDurable(pool: Pool): Promise<void> {
  for (const name of DURABLE) {
    const { rows } = await pool.query<{ value: string }>('select current_setting($1) as value', [name])
    if (rows[0]?.value !== 'on')
      throw new Error(`${name} is ${rows[0]?.value}: this benchmark measures durable sends`)
  }
}

async function count(pool: Pool, table: 'messages' | 'delivery_queue'): Promise<number> {
  return Number((await pool.query<{ n: number }>(`select count(*) as n from ${table}`)).rows[0]?.n)
}

const round = (value: number, digits = 0): number => Number(value.toFixed(digits))

/**
 * Charsu's send path against a bare Fastify echo with the same body schema: same client, same connections, in
 * alternating rounds; each figure is the median of its rounds. Deliveries are written but not attempted.
 */
export async function run(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'charsu-bench-'))
  // The server's own user has to pass through.
  await chmod(folder, 0o711)
  const log = createLog({ level: 'warn' })
  const postgres = await startEmbedded({ dataDir: join(folder, 'postgres'), log })
  const pool = createPool({ url: postgres.url, max: 4, log, applicationName: 'charsu bench' })
  try {
    await migrate(pool)
    await requireDurable(pool)
    const marketplace = await fill(pool)
    const charsu = await startChild(join(import.meta.dirname, '../packages/server/src/main.ts'), {
      DATABASE_URL: postgres.url,
      CHARSU_PORT: '0',
      CHARSU_DISPATCHER: 'off',
    })
    const echo = await startChild(join(import.meta.dirname, 'echo-server.ts'), {})
    let accepted = (await load(charsu.url, marketplace, WARM_UP)).accepted
    await load(echo.url, marketplace, WARM_UP)
    const floors: Load[] = []
    const sends: Load[] = []
    for (let i = 0; i < ROUNDS; i++) {
      floors.push(await load(echo.url, marketplace, ECHOES_A_ROUND))
      sends.push(await load(charsu.url, marketplace, SENDS_A_ROUND))
      accepted += SENDS_A_ROUND
      const ratio = sends[i]!.rate / floors[i]!.rate
      console.log(
        `round ${i + 1}: echo ${round(floors[i]!.rate)}/s, send ${round(sends[i]!.rate)}/s, ratio ${round(ratio, 3)}, p99 ${sends[i]!.p99} ms`,
      )
    }
    const singleP50 = await single(charsu.url, marketplace)
    accepted += SINGLE_SENDS
    const memory = await charsu.peakMemoryMb()
    await charsu.stop()
    await echo.stop()
    const written = {
      messages: await count(pool, 'messages'),
      deliveries: await count(pool, 'delivery_queue'),
    }
    console.log(
      `accepted ${accepted}, written ${written.messages} messages and ${written.deliveries} deliveries`,
    )
    if (written.messages !== accepted || written.deliveries !== accepted)
      throw new Error('accepted and written differ')
    const summary = {
      bench: 'send',
      rate: round(median(sends.map((each) => each.rate))),
      floor_rate: round(median(floors.map((each) => each.rate))),
      ratio: round(median(sends.map((each, i) => each.rate / floors[i]!.rate)), 3),
      p50_ms: median(sends.map((each) => each.p50)),
      p99_ms: median(sends.map((each) => each.p99)),
      single_p50_ms: round(singleP50, 2),
      rss_mb: memory,
    }
    console.log(JSON.stringify(summary))
  } finally {
    await pool.end()
    await postgres.stop()
    await rm(folder, { recursive: true, force: true })
  }
}
