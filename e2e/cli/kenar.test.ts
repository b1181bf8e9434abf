import { stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { freePort } from '../../packages/server/src/db/free-port.ts'
import { temporaryFolder } from '../../packages/server/testing/temporary-folder.ts'
import { waitFor } from '../../packages/server/testing/wait-for.ts'
import { charsu, startCharsu } from './charsu.ts'
import { KenarBrowser } from './kenar-browser.ts'

const APP = join(import.meta.dirname, 'kenar-app.ts')
const PUBLIC_URL = 'https://app.example.ir'
/** As a developer has them in the app's own configuration. */
const OWN = {
  APP_SLUG: 'freckle-silent-bird',
  APP_URL: PUBLIC_URL,
  DIVAR_API_KEY: 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJmcmVja2xlIn0.c2lnbmVk',
  DIVAR_OAUTH_SECRET: 'their-own-secret',
  DIVAR_IDENTIFICATION: 'their-own-identification',
}
/** Two databases are made here. */
const LONGEST_MS = 120_000
const WORDS = [
  ...['dev', '--as-kenar', '--client-id', OWN.APP_SLUG, '--public-url', PUBLIC_URL],
  ...['--api-key', 'env:DIVAR_API_KEY', '--client-secret', 'env:DIVAR_OAUTH_SECRET'],
  ...['--identification-key', 'env:DIVAR_IDENTIFICATION', '--events-url', '/kenar/events'],
  ...['--session-url', '/kenar/session', '--redirect-uri', `${PUBLIC_URL}/callback`],
]

test(
  'one command starts an app of Kenar as it is, in a whole marketplace, and leaves nothing behind',
  async () => {
    await using folder = await temporaryFolder()
    const [charsuPort, appPort] = [await freePort(), await freePort()]
    const url = `http://localhost:${charsuPort}`
    await using running = startCharsu(
      [
        ...WORDS,
        ...[
          '--port',
          String(charsuPort),
          '--app-port',
          String(appPort),
          '--data-dir',
          join(folder.path, 'data'),
        ],
        ...[
          '--',
          process.execPath,
          '-e',
          `console.log('trusts', process.env.NODE_EXTRA_CA_CERTS); import(${JSON.stringify(APP)})`,
        ],
      ],
      { env: OWN, cwd: folder.path },
    )
    await running.says(/listening on/)
    const [, front = ''] = await running.says(/is at (http:\/\/localhost:\d+) for browsers/)
    const said = running.said()
    expect(said).toContain(`${front}/kenar/events`)
    expect(said).toContain(`${front}/callback`)
    expect(said).toMatch(
      /chromium \S+ --proxy-server=127\.0\.0\.1:\d+ --ignore-certificate-errors-spki-list=\S{43}= /,
    )
    for (const secret of [OWN.DIVAR_API_KEY, OWN.DIVAR_OAUTH_SECRET]) expect(said).not.toContain(secret)
    const [, trusted = ''] = /trusts (\S+)/.exec(said) ?? []
    expect((await stat(dirname(trusted))).mode & 0o777).toBe(0o700)

    const browser = new KenarBrowser()
    await browser.submit(`${url}/dev/login`, { user: 'kamran' })
    const { conversations } = (await (await fetch(`${url}/dev/v1`)).json()) as {
      conversations: { id: string }[]
    }
    const [{ id: conversation = '' } = {}] = conversations
    const started = await browser.open(`${front}/start?conversation=${conversation}`)
    const page = await browser.open(started.location ?? '')
    const ticket = /name="ticket" value="([^"]+)"/.exec(page.text)?.[1] ?? ''
    const allowed = await browser.submit(`${url}/oauth2/consent`, { ticket, decision: 'allow' })
    const back = await browser.open(allowed.location ?? '')
    expect(back.text).toContain('"sent":{"status":200,')

    running.kill('SIGTERM')
    expect((await running.ended).code).toBe(0)
    await expect(stat(dirname(trusted))).rejects.toThrow('ENOENT')
    for (const address of [url, front, `http://localhost:${appPort}`])
      await expect(fetch(address)).rejects.toThrow()
  },
  LONGEST_MS,
)

test(
  'a virtual host of the developer’s machine is called by its name, also without --as-kenar',
  async () => {
    await using folder = await temporaryFolder()
    const hosts: (string | undefined)[] = []
    const app = createServer((request, response) => {
      hosts.push(request.headers.host)
      response.end('{}')
    }).listen(0, '127.0.0.1')
    await waitFor(() => app.listening)
    const port = await freePort()
    await using running = startCharsu(
      [
        ...['dev', '--slug', 'virtual', '--host-header', 'shop.example', '--port', String(port)],
        ...[
          '--app',
          `http://localhost:${(app.address() as AddressInfo).port}`,
          '--data-dir',
          join(folder.path, 'data'),
        ],
      ],
      { cwd: folder.path },
    )
    await running.says(/Your app virtual/)
    await waitFor(async () => {
      const trigger = await fetch(`http://localhost:${port}/dev/v1/apps/virtual/trigger`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ call: 'event', body: { type: 'NEW_CHATBOT_MESSAGE' } }),
      })
      return trigger.status === 200
    })
    expect(hosts).toEqual(['shop.example'])
    running.kill('SIGTERM')
    await running.ended
    app.close()
  },
  LONGEST_MS,
)

test.each([
  [['--api-key', 'x'], 'Add --as-kenar'],
  [['--as-kenar', '--api-key', 'env:NOWHERE'], 'NOWHERE'],
  [['--as-kenar', '--public-url', 'app.example.ir'], 'https://app.example.ir'],
])('charsu dev %j is wrong use, said before anything is started', async (words, said) => {
  const { code, out, err } = await charsu(['dev', ...words, '--port', '1'])
  expect([code, out]).toEqual([2, ''])
  expect(err).toContain(said)
})
