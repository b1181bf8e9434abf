import { describe, expect, test } from 'vitest'
import { ManualTime } from '../../testing/manual-time.ts'
import { hangUp, json, scriptedServer } from '../../testing/scripted-server.ts'
import { Client } from './client.ts'
import type { ClientSettings } from './client-settings.ts'

const POST = { token: 'gZk3xQ1a', state: 'PUBLISHED' }
const CONVERSATION = '62c8f7e0-5f0c-4f0e-9a52-0d5b6d9a7c11'

const clientOf = (settings: Partial<ClientSettings>): Client =>
  new Client({
    apiKey: 'ck_of_these_tests',
    baseUrl: 'https://charsu.example',
    time: new ManualTime(),
    ...settings,
  })

describe('interceptors', () => {
  test('stand around each attempt, the first outermost, and may add to it', async () => {
    await using server = await scriptedServer(hangUp, json(200, POST))
    const seen: string[] = []
    const called =
      (name: string) =>
      async (request: Request, next: (request: Request) => Promise<Response>): Promise<Response> => {
        seen.push(`${name} out`)
        request.headers.set('x-request-id', name)
        const response = await next(request)
        seen.push(`${name} ${response.status}`)
        return response
      }
    const client = clientOf({ baseUrl: server.url, interceptors: [called('outer'), called('inner')] })
    await client.getPost('gZk3xQ1a')
    expect(seen).toEqual(['outer out', 'inner out', 'outer out', 'inner out', 'inner 200', 'outer 200'])
    expect(server.received.at(-1)?.headers['x-request-id']).toBe('inner')
  })

  test('may answer without the network', async () => {
    const answer = async (): Promise<Response> => Response.json(POST)
    const client = clientOf({ interceptors: [answer] })
    expect(await client.getPost('gZk3xQ1a')).toEqual(POST)
  })

  const spoilt: [string, ClientSettings['fetch'], string][] = [
    [
      'reads the answer itself',
      async () => {
        const response = Response.json(POST)
        await response.text()
        return response
      },
      'its body had been read before: an interceptor that looks into it reads response.clone()',
    ],
    [
      'forgets to return it',
      async () => undefined as never,
      'an interceptor or the fetch of the settings gave no Response: return what next answers',
    ],
  ]
  test.each(spoilt)('one that %s is told so, and nothing is sent again', async (_, fetch, what) => {
    let sends = 0
    const counted = async (request: Request): Promise<Response> => {
      sends++
      return fetch!(request)
    }
    const user = clientOf({ fetch: counted }).as('ca_of_these_tests')
    const error = await user.sendMessage(CONVERSATION, { message: 'x' }).catch((thrown) => thrown)
    expect(error).toMatchObject({ name: 'NoAnswerError', stage: 'answer', attempts: 1 })
    expect(error.message).toContain(what)
    expect(error.message).toContain('The call itself was made')
    expect(sends).toBe(1)
  })

  test('one that gives the same answer twice is told so', async () => {
    const kept = Response.json(POST)
    const client = clientOf({ fetch: async () => kept })
    expect(await client.getPost('gZk3xQ1a')).toEqual(POST)
    await expect(client.getPost('gZk3xQ1a')).rejects.toThrow('its body had been read before')
  })
})
