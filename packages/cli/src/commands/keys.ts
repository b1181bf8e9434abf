import { Command } from 'commander'
import { CommandError } from '../command-error.ts'
import { withExamples } from '../examples.ts'
import { allApps, appPath, type HostKey, requireApp } from '../host-apps.ts'
import { type HostClient, hostClient } from '../host-client.ts'
import { type Io, paint } from '../io.ts'
import { jsonOption, printJson } from '../json-option.ts'
import { nameList } from '../names-option.ts'
import { plainText } from '../plain-text.ts'
import { withProgress } from '../progress.ts'
import { table } from '../table.ts'
import { urlOption } from '../url-option.ts'

interface Options {
  url?: string
  json?: true
  app?: string
}

interface KeyOfApp extends HostKey {
  app: string
}

export const keysCommand = (io: Io): Command =>
  withExamples(
    new Command('keys')
      .summary('list, make and revoke API keys of apps')
      .description(
        'For operators, by the host’s key: CHARSU_HOST_KEY, or that of the Charsu in development mode. A key is shown once, when it is made.',
      )
      .addCommand(listCommand(io))
      .addCommand(createCommand(io))
      .addCommand(revokeCommand(io)),
    [
      ['charsu keys list --app visit-planner', 'by their first characters'],
      ['charsu keys revoke ck_4fUxm', 'one that was found where it should not be'],
    ],
  )

const listCommand = (io: Io): Command =>
  withExamples(
    new Command('list')
      .summary('list API keys, of one app or of all')
      .option('--app <slug>', 'of this app alone')
      .option('--all', 'revoked ones too')
      .addOption(urlOption())
      .addOption(jsonOption())
      .action(async ({ url, json, app, all }: Options & { all?: true }) => {
        const found = await withProgress(io, 'looking', keysOf(await hostClient(io, url), app))
        const keys = found.filter(({ revoked_at }) => all || revoked_at === null)
        if (json) printJson(io, { keys })
        else io.out(listed(io, keys))
      }),
    [
      ['charsu keys list', 'of all apps'],
      ['charsu keys list --app visit-planner --all', 'also those that are revoked'],
    ],
  )

function listed(io: Io, keys: readonly KeyOfApp[]): string {
  if (keys.length === 0) return 'There is no such key.\n'
  const rows = keys.map((key) => [
    key.app,
    `${plainText(key.hint)}…`,
    key.id,
    key.created_at.slice(0, 10),
    key.revoked_at === null ? 'in force' : `revoked ${key.revoked_at.slice(0, 10)}`,
    plainText(key.name),
    key.permissions.map(plainText).join(' '),
  ])
  const head = ['app', 'key', 'id', 'made', 'stands', 'name', 'permissions']
  return `${table([head, ...rows], '').join('\n')}\n`.replaceAll('in force', paint(io, 'green', 'in force'))
}

async function keysOf(client: HostClient, app: string | undefined): Promise<KeyOfApp[]> {
  const slugs =
    app === undefined
      ? (await allApps(client)).map(({ slug }) => slug)
      : [(await requireApp(client, app)).slug]
  const found: KeyOfApp[] = []
  for (const slug of slugs) {
    const { keys } = await client.call<{ keys: HostKey[] }>('GET', appPath(slug, '/keys'))
    found.push(...keys.map((key) => ({ app: slug, ...key })))
  }
  return found
}

const createCommand = (io: Io): Command =>
  withExamples(
    new Command('create')
      .summary('make an API key for an app')
      .description(
        'Prints the key and nothing else, so that it can go where it is needed without being seen; it is never shown again.',
      )
      .requiredOption('--app <slug>', 'the app')
      .option('--name <name>', 'what it is for, as the app’s developer will read it', '')
      .option('--permissions <names>', 'with commas between; all that the app asks for when absent', nameList)
      .addOption(urlOption())
      .addOption(jsonOption())
      .action((options: Creation) => create(io, options)),
    [
      ['charsu keys create --app visit-planner', 'with all permissions of the app'],
      ['charsu keys create --app visit-planner --name rescue > key', 'into a file'],
    ],
  )

interface Creation extends Options {
  app: string
  name: string
  permissions?: string[]
}

async function create(io: Io, { url, json, app: slug, name, permissions }: Creation): Promise<void> {
  const client = await hostClient(io, url)
  const app = await requireApp(client, slug)
  const wanted = permissions ?? app.permissions.map((permission) => permission.name)
  if (wanted.length === 0) {
    throw new CommandError(`the app ${slug} asks for no permission, so a key of it could do nothing`, {
      hint: 'Its developer adds permissions in the console first.',
    })
  }
  const made = await client.call<HostKey & { key: string }>('POST', appPath(slug, '/keys'), {
    name,
    permissions: wanted,
  })
  if (json) return printJson(io, { app: slug, ...made })
  io.out(`${made.key}\n`)
  io.err(`${paint(io, 'green', 'Made')} a key for ${slug}; it is shown this once. Its id is ${made.id}.\n`)
}

const revokeCommand = (io: Io): Command =>
  withExamples(
    new Command('revoke')
      .summary('revoke an API key: it stops working within a second')
      .description(
        'The key is named by its id, by its first eight characters, or by itself if it has leaked. Its app is found.',
      )
      .argument('<key>', 'id, first characters, or the whole key')
      .option('--app <slug>', 'the app; not needed where it is clear which')
      .addOption(urlOption())
      .addOption(jsonOption())
      .action((given: string, options: Options) => revoke(io, given, options)),
    [
      ['charsu keys revoke ck_4fUxm', 'the first characters are enough'],
      ['charsu keys revoke 0198c0de-0000-7000-8000-000000000001', 'by its id'],
    ],
  )

const HINT_LENGTH = 8

async function revoke(io: Io, given: string, { url, json, app }: Options): Promise<void> {
  const client = await hostClient(io, url)
  const keys = await withProgress(io, 'looking for the key', keysOf(client, app))
  const key = chosen(given, keys)
  const revoked = await client.call<HostKey>('DELETE', appPath(key.app, `/keys/${key.id}`))
  if (json) return printJson(io, { app: key.app, ...revoked })
  const before = key.revoked_at === null ? '' : ` It was revoked already, at ${key.revoked_at}.`
  io.out(`${paint(io, 'green', 'Revoked')} ${plainText(key.hint)}… of ${key.app}.${before}\n`)
}

/** Never repeats what was given: it may be the whole key. */
function chosen(given: string, keys: readonly KeyOfApp[]): KeyOfApp {
  const byId = keys.find(({ id }) => id === given.toLowerCase())
  if (byId) return byId
  const found = given.length < HINT_LENGTH ? [] : keys.filter(({ hint }) => given.startsWith(hint))
  const alive = found.filter(({ revoked_at }) => revoked_at === null)
  const [key, ...others] = alive.length > 0 ? alive : found
  if (!key) {
    throw new CommandError('no app has a key of this id or with these first characters', {
      hint: 'charsu keys list shows the first eight characters and the id of each.',
    })
  }
  if (others.length === 0) return key
  throw new CommandError('several keys begin like this one', {
    hint: `Revoke the right one by its id: ${[key, ...others].map(({ app, id }) => `${id} (${app})`).join(', ')}.`,
  })
}
