import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { ManualTime } from '../../testing/manual-time.ts'
import { type Answer, scriptedServer } from '../../testing/scripted-server.ts'
import { Client } from './client.ts'
import type { ClientSettings } from './client-settings.ts'

const POST = { token: 'gZk3xQ1a', state: 'PUBLISHED' }

const clientOf = (settings: Partial<ClientSettings>): Client =>
  new Client({
    apiKey: 'ck_of_these_tests',
    baseUrl: 'https://charsu.example',
    time: new ManualTime(),
    ...settings,
  })

describe('an answer is read whatever its packing', () => {
  test('with a byte order mark, in a wrong charset, and 10 MB long', async () => {
    const text = 'x'.repeat(10_000_000)
    const headers = { 'content-type': 'application/json; charset=iso-8859-1' }
    const body = new TextEncoder().encode(`\ufeff${JSON.stringify({ ...POST, title: `خانه ${text}` })}`)
    const client = clientOf({
      fetch: async () => new Response(body, { headers }),
    })
    expect(await client.getPost('gZk3xQ1a')).toEqual({ ...POST, title: `خانه ${text}` })
  })

  test('packed by gzip, and refused when it unpacks to more than any answer has', async () => {
    const zipped =
      (bytes: Buffer): Answer =>
      (response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
        response.end(gzipSync(bytes))
      }
    const bomb = Buffer.alloc(64 * 1024 * 1024, ' ')
    await using server = await scriptedServer(zipped(Buffer.from(JSON.stringify(POST))), zipped(bomb))
    const client = clientOf({ baseUrl: server.url })
    expect(await client.getPost('gZk3xQ1a')).toEqual(POST)
    await expect(client.getPost('gZk3xQ1a')).rejects.toMatchObject({ stage: 'answer', attempts: 1 })
  })
})
