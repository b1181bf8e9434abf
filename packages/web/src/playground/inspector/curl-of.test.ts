import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { App } from '@charsu/sdk'
import { listener } from '@charsu/sdk/node'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { exchangeExample } from '../../../testing/exchange-example.ts'
import { curlOf } from './curl-of.ts'
import { partsOf, shellWord } from './shell-text.ts'

const origin = 'http://localhost:4400'
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const run = promisify(execFile)

describe('a call as curl', () => {
  test('is complete, with a variable for each secret that was shortened', () => {
    expect(curlOf(exchangeExample(), { origin })).toBe(
      [
        '# Secrets are shortened when they are recorded. Set these first:',
        '#   export CHARSU_API_KEY=…  # the API key of the app, ck_…',
        '#   export CHARSU_ACCESS_TOKEN=…  # an access token of the user’s consent, ca_…',
        "curl --globoff --include --request POST 'http://localhost:4400/v2/open-platform/conversations/62c8f7e0-5f0c-4f0e-9a52-0d5b6d9a7c11/messages' \\",
        "  --header 'content-type: application/json' \\",
        `  --header 'x-api-key: '"$CHARSU_API_KEY" \\`,
        `  --header 'authorization: Bearer '"$CHARSU_ACCESS_TOKEN" \\`,
        `  --data-raw '{"message":"Good evening"}'`,
      ].join('\n'),
    )
  })

  test('to an app, run by a shell, is taken by an app made with the SDK, however old it is', async () => {
    const heard: string[] = []
    const app = new App({
      clientId: 'visits',
      clientSecret: 'cx_secret',
      apiKey: 'ck_key',
      identificationKey: 'the-key',
      webhookSecrets: [SECRET],
      charsuUrl: origin,
      publicUrl: 'http://localhost:3000',
    })
    app.on('event', (ctx) => {
      heard.push(JSON.stringify(ctx.raw))
    })
    const server = createServer(listener(app)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const body = JSON.stringify({ type: 'SOMETHING_NEW', text: "It's «$HOME» — سلام\n" })
    const command = curlOf(
      exchangeExample({
        direction: 'to_app',
        kind: 'event',
        url: `http://127.0.0.1:${port}/charsu/events`,
        request: {
          headers: {
            'content-type': 'application/json',
            authorization: 'the-k…',
            'webhook-id': 'evt_1',
            'webhook-timestamp': '1700000000',
            'webhook-signature': 'v1,abc',
          },
          body,
        },
      }),
      { origin },
    )
    expect(command).toContain('export CHARSU_WEBHOOK_SECRET=…')
    const env = {
      ...process.env,
      CHARSU_IDENTIFICATION_KEY: 'the-key',
      CHARSU_WEBHOOK_SECRET: `${SECRET},whsec_AAAA`,
    }
    try {
      const { stdout } = await run('sh', ['-c', command], { env })
      expect(stdout).toMatch(/^HTTP\/1.1 200/)
      const wrong = { ...env, CHARSU_WEBHOOK_SECRET: 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }
      expect((await run('sh', ['-c', command], { env: wrong })).stdout).toMatch(/^HTTP\/1.1 401/)
      await vi.waitFor(() => expect(heard).toHaveLength(1))
      expect(heard[0]).toContain('سلام')
    } finally {
      server.close()
    }
  })

  test.each([
    ['a form', 'grant_type=refresh_token&refresh_token=abcd…&client_secret=xy…&x=1'],
    ['JSON', '{"grant_type":"refresh_token","refresh_token": "abcd…","client_secret":"xy…","x":1}'],
  ])('to the token endpoint takes secrets out of %s by their fields', (_name, body) => {
    const command = curlOf(
      exchangeExample({ url: '/oauth2/token', operation: 'OAuthToken', request: { headers: {}, body } }),
      { origin },
    )
    expect(command).toContain('"$CHARSU_REFRESH_TOKEN"')
    expect(command).toContain('"$CHARSU_CLIENT_SECRET"')
    expect(command.split('\n').at(-1)).not.toContain('…')
  })

  test('whose body went on, or was not kept, says so', () => {
    const cut = exchangeExample({ request: { headers: {}, body: '{"a":', truncated: true } })
    expect(curlOf(cut, { origin })).toContain('only its first 16 KiB are kept')
    const upload = exchangeExample({ url: '/upload/file', request: { headers: {}, body: null } })
    expect(curlOf(upload, { origin })).toContain('The file is not kept.')
  })
})

test('whatever a body or a header holds, the shell hands it over as it is', async () => {
  const text = fc.string({ unit: 'binary', maxLength: 60 }).filter((each) => !/[\0…]/.test(each))
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(text, fc.constantFrom("'", "'\\''", '$HOME', '`id`', '\n')), { maxLength: 4 }),
      async (pieces) => {
        const given = pieces.join('').toWellFormed()
        const { stdout } = await run('sh', ['-c', `printf %s ${shellWord(partsOf(given))}`])
        expect(stdout).toBe(given)
      },
    ),
    { numRuns: 40 },
  )
})
