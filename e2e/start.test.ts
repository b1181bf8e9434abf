import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startProgram } from '../examples/visit-planner/demo/child-process.ts'
import { freePort } from '../examples/visit-planner/demo/free-port.ts'
import { Party } from '../examples/visit-planner/demo/party.ts'
import { plain, readForm, readTitle } from '../examples/visit-planner/demo/read-form.ts'
import { silentReporter } from '../examples/visit-planner/demo/reporter.ts'
import { temporaryFolder } from '../packages/server/testing/temporary-folder.ts'
import { createTestDatabase } from '../packages/server/testing/test-database.ts'

const ROOT = join(import.meta.dirname, '..')
const START_MS = 90_000

/** What `npm start` runs, and all that it prints. */
async function startCharsu(databaseUrl: string, port: number) {
  const lines: string[] = []
  const program = await startProgram({
    name: 'Charsu',
    script: join(ROOT, 'packages/server/src/main.ts'),
    env: { PATH: process.env.PATH ?? '', DATABASE_URL: databaseUrl, CHARSU_PORT: String(port) },
    readyLine: /Stop: Ctrl\+C/,
    onLine: (line) => lines.push(line),
  })
  return { ...program, lines }
}

/** The settings that it tells to start the demo app with. */
const printedSettings = (lines: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    lines.flatMap((line) => {
      const [, name, value] = /^ +([A-Z_]+)='(.*)' \\$/.exec(line) ?? []
      return name === undefined ? [] : [[name, value ?? '']]
    }),
  )

/** Its usual port may be in use on this machine: the app's developer gives it another. */
async function moveApp(charsu: string, slug: string, port: number): Promise<string> {
  const sara = new Party('sara', { reporter: silentReporter, names: new Map() })
  await sara.post(`${charsu}/dev/login`, { form: { user: 'sara' }, status: 302 })
  const address = `http://127.0.0.1:${port}`
  await sara.call('PATCH', `${charsu}/console/v1/apps/${slug}`, {
    body: { redirect_uris: [`${address}/charsu/callback`], events_url: `${address}/charsu/events` },
  })
  return address
}

test(
  'what npm start prints is enough to run the demo app and to connect it, and the same after a restart',
  async () => {
    await using database = await createTestDatabase({ empty: true, max: 2 })
    await using folder = await temporaryFolder()
    const port = await freePort()
    const first = await startCharsu(database.url, port)
    const settings = printedSettings(first.lines)
    await first.stop()
    expect(Object.keys(settings)).toEqual([
      'CHARSU_URL',
      'CHARSU_CLIENT_ID',
      'CHARSU_CLIENT_SECRET',
      'CHARSU_API_KEY',
      'CHARSU_IDENTIFICATION_KEY',
      'CHARSU_WEBHOOK_SECRET',
    ])

    const second = await startCharsu(database.url, port)
    expect(printedSettings(second.lines)).toEqual(settings)
    const charsu = settings.CHARSU_URL ?? ''
    const address = await moveApp(charsu, settings.CHARSU_CLIENT_ID ?? '', await freePort())
    const app = await startProgram({
      name: 'the visit planner',
      script: join(ROOT, 'examples/visit-planner/main.ts'),
      env: {
        PATH: process.env.PATH ?? '',
        ...settings,
        PORT: new URL(address).port,
        STATE_FOLDER: folder.path,
      },
      readyLine: /is ready at (\S+)/,
    })
    try {
      const kamran = new Party('kamran', { reporter: silentReporter, names: new Map() })
      const connect = /http:\S+(\/connect\?post_token=\S+)/.exec(second.lines.join('\n'))?.[1] ?? ''
      const toTicket = await kamran.get(address + connect, { status: 303 })
      const toConsent = await kamran.get(location(toTicket.headers), { status: 303 })
      const toLogin = await kamran.get(location(toConsent.headers), { status: 302 })
      const loginPage = await kamran.get(new URL(location(toLogin.headers), charsu).href)
      const login = readForm(loginPage.text)
      expect(login.buttons.map(({ value }) => value).sort()).toEqual([
        'emma',
        'kamran',
        'negar',
        'parisa',
        'sara',
      ])

      const back = await kamran.call(login.method, new URL(login.action, charsu).href, {
        form: { ...login.fields, user: 'kamran' },
        status: 302,
      })
      const consentPage = await kamran.get(new URL(location(back.headers), charsu).href)
      expect(plain(consentPage.text)).toContain('آپارتمان ۸۵ متری نوساز')
      const consent = readForm(consentPage.text)
      const allowed = await kamran.call(consent.method, new URL(consent.action, charsu).href, {
        form: { ...consent.fields, decision: 'allow' },
        status: 302,
      })
      expect(readTitle((await kamran.get(location(allowed.headers))).text)).toBe('متصل شد')
    } finally {
      await app.stop()
      await second.stop()
    }
  },
  START_MS,
)

const location = (headers: Headers): string => headers.get('location') ?? ''
