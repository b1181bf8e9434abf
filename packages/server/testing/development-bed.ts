import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import type { DevelopmentAppAnswer } from '../src/development/answers.ts'
import type { TrafficRecord } from '../src/development/traffic-record.ts'
import { openDevelopmentMarketplace } from '../src/host/development-marketplace.ts'
import { type AppAnswer, type ClickedAppServer, startClickedApp } from './clicked-app.ts'
import { startTestServer, type TestServer } from './test-server.ts'
import { waitFor } from './wait-for.ts'

export interface TrafficList {
  records: TrafficRecord[]
  last_id: string
}

let counter = 0

/** A node in development mode for one test file, and for each test an app on this machine that it knows. */
export function useDevelopmentBed() {
  let node: TestServer
  let app: ClickedAppServer
  let says: AppAnswer | 'hang'
  let made: DevelopmentAppAnswer

  beforeAll(async () => {
    node = await startTestServer()
    await openDevelopmentMarketplace(node.db)
  })
  afterAll(() => node.close())
  beforeEach(async () => {
    says = {}
    app = await startClickedApp(() => says)
    made = await dev<DevelopmentAppAnswer>('PUT', `/apps/bed-${++counter}`, { url: app.url })
  })
  afterEach(() => app.close())

  const fetchDev = (method: string, path: string, body?: unknown, url: string = node.url) =>
    fetch(`${url}/dev/v1${path}`, {
      method,
      ...(body !== undefined && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    })

  async function dev<T>(method: string, path: string, body?: unknown, url?: string): Promise<T> {
    const answer = await fetchDev(method, path, body, url)
    const text = await answer.text()
    expect(answer.status, text).toBe(200)
    return JSON.parse(text) as T
  }

  return {
    get node() {
      return node
    },
    get app() {
      return app
    },
    /** What the development surface told of the app. */
    get made() {
      return made
    },
    appSays(answer: AppAnswer | 'hang'): void {
      says = answer
    },
    fetchDev,
    dev,
    /** A call as an app would make it, its key included unless other headers say otherwise. */
    asApp: (
      method: string,
      path: string,
      {
        headers = { 'x-api-key': made.api_key },
        body,
      }: { headers?: Record<string, string>; body?: string } = {},
    ) => fetch(node.url + path, { method, headers, ...(body !== undefined && { body }) }),
    list: (query: string, url?: string) => dev<TrafficList>('GET', `/traffic?${query}`, undefined, url),
    /** The test's app's exchanges that `matches` takes, once there are so many. */
    recorded(
      matches: (record: TrafficRecord) => boolean = () => true,
      { count = 1, url }: { count?: number; url?: string } = {},
    ): Promise<TrafficRecord[]> {
      return waitFor(async () => {
        const { records } = await dev<TrafficList>(
          'GET',
          `/traffic?limit=200&app=${made.slug}`,
          undefined,
          url,
        )
        const found = records.filter((record) => record.app === made.slug && matches(record))
        return found.length >= count ? found : null
      })
    },
    /** Exchanges of any app, once one of them has this request id. */
    async byRequest(requestId: string): Promise<TrafficRecord> {
      return await waitFor(async () => {
        const { records } = await dev<TrafficList>('GET', '/traffic?limit=200')
        return records.find(({ refs }) => refs.request_id === requestId)
      })
    },
  }
}
