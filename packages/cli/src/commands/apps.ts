import { Command } from 'commander'
import { wrongUse } from '../command-error.ts'
import { withExamples } from '../examples.ts'
import { allApps, appPath, type CallLimit, type HostApp, requireApp } from '../host-apps.ts'
import { hostClient } from '../host-client.ts'
import { type Io, paint } from '../io.ts'
import { jsonOption, printJson } from '../json-option.ts'
import { nameList, wholeNumber } from '../names-option.ts'
import { plainText } from '../plain-text.ts'
import { table } from '../table.ts'
import { urlOption } from '../url-option.ts'

interface Options {
  url?: string
  json?: true
}

export const appsCommand = (io: Io): Command =>
  withExamples(
    new Command('apps')
      .summary('see, approve, limit and hand over apps')
      .description(
        'What the host decides about apps, by its key: CHARSU_HOST_KEY, or that of the Charsu in development mode.',
      )
      .addCommand(listCommand(io))
      .addCommand(showCommand(io))
      .addCommand(approveCommand(io))
      .addCommand(rejectCommand(io))
      .addCommand(limitsCommand(io))
      .addCommand(transferCommand(io)),
    [
      ['charsu apps list --waiting', 'whose developers wait for an answer'],
      ['charsu apps approve visit-planner', 'with all that it asks for'],
    ],
  )

/** What all of them have: the address, and an answer for scripts. */
const common = (command: Command): Command => command.addOption(urlOption()).addOption(jsonOption())

const listCommand = (io: Io): Command =>
  withExamples(
    common(
      new Command('list')
        .summary('list the apps')
        .option('--waiting', 'those alone that wait for an approval')
        .action(async ({ url, json, waiting }: Options & { waiting?: true }) => {
          const all = await allApps(await hostClient(io, url))
          const apps = waiting ? all.filter(({ submitted_at }) => submitted_at !== null) : all
          if (json) printJson(io, { apps })
          else io.out(listed(apps))
        }),
    ),
    [
      ['charsu apps list', 'all apps'],
      ['charsu apps list --waiting --json', 'for a script'],
    ],
  )

function listed(apps: readonly HostApp[]): string {
  if (apps.length === 0) return 'There is no such app.\n'
  const rows = apps.map((app) => [
    app.slug,
    plainText(app.display_name),
    plainText(app.owner),
    standing(app),
    limitText(app.limits.per_minute),
    limitText(app.limits.per_day),
  ])
  return `${table([['app', 'name', 'owner', 'stands', 'a minute', 'a day'], ...rows], '').join('\n')}\n`
}

function standing({ development, submitted_at, scopes, permissions }: HostApp): string {
  if (submitted_at !== null) return 'waits for approval'
  if (development) return 'in development'
  return [...scopes, ...permissions].some(({ approved }) => approved) ? 'approved' : 'approval taken back'
}

const limitText = ({ limit, used }: CallLimit): string =>
  limit === null ? 'any number' : `${used} of ${limit}`

const showCommand = (io: Io): Command =>
  withExamples(
    common(
      new Command('show')
        .summary('show one app, and what it asks for')
        .argument('<app>', 'slug')
        .action(async (slug: string, { url, json }: Options) =>
          show(io, json, await requireApp(await hostClient(io, url), slug)),
        ),
    ),
    [['charsu apps show visit-planner', 'scopes, permissions, limits']],
  )

function show(io: Io, json: true | undefined, app: HostApp): void {
  if (json) {
    printJson(io, app)
    return
  }
  const { per_minute: minute, per_day: day } = app.limits
  const names = (list: HostApp['scopes']): string[][] =>
    list.map(({ name, approved }) => ['', `${approved ? '✓' : '·'} ${plainText(name)}`])
  const rows = [
    ['app', app.slug],
    ['name', plainText(app.display_name)],
    ['owner', plainText(app.owner)],
    ['stands', standing(app)],
    ['calls a minute', `${limitText(minute)}${minute.is_default ? ' (the usual limit)' : ''}`],
    ['calls a day', `${limitText(day)}${day.is_default ? ' (the usual limit)' : ''}`],
    ['scopes', app.scopes.length === 0 ? 'none' : ''],
    ...names(app.scopes),
    ['permissions', app.permissions.length === 0 ? 'none' : ''],
    ...names(app.permissions),
  ]
  io.out(`${table(rows, '').join('\n')}\n`)
}

interface Names {
  scopes?: string[]
  permissions?: string[]
}

const approveCommand = (io: Io): Command =>
  withExamples(
    common(
      new Command('approve')
        .summary('take an app into production')
        .description(
          'The app may use the scopes and permissions that are approved, and no others, from now on; all that it asks for unless told otherwise. That it is in production cannot be undone.',
        )
        .argument('<app>', 'slug')
        .option('--scopes <names>', 'these alone, with commas between; "" for none', nameList)
        .option('--permissions <names>', 'the same of permissions', nameList)
        .action(async (slug: string, { url, json, ...given }: Options & Names) => {
          const client = await hostClient(io, url)
          const asked = await requireApp(client, slug)
          const decision = {
            approved: true,
            scopes: given.scopes ?? asked.scopes.map(({ name }) => name),
            permissions: given.permissions ?? asked.permissions.map(({ name }) => name),
          }
          const app = await client.call<HostApp>('PUT', appPath(slug, '/approval'), decision)
          if (!json) io.out(`${paint(io, 'green', 'Approved')} ${slug}\n`)
          show(io, json, app)
        }),
    ),
    [
      ['charsu apps approve visit-planner', 'with all that it asks for'],
      ['charsu apps approve visit-planner --scopes USER_ID', 'with one scope alone'],
    ],
  )

const rejectCommand = (io: Io): Command =>
  withExamples(
    common(
      new Command('reject')
        .summary('decline an app, or take its approval back')
        .description(
          'A development app stays one. An app in production keeps nothing: its subscriptions end, events that wait for it are cancelled, and its buttons stop working.',
        )
        .argument('<app>', 'slug')
        .action(async (slug: string, { url, json }: Options) => {
          const client = await hostClient(io, url)
          await requireApp(client, slug)
          const app = await client.call<HostApp>('PUT', appPath(slug, '/approval'), { approved: false })
          if (json) printJson(io, app)
          else io.out(`${paint(io, 'green', 'Rejected')} ${slug}: ${standing(app)}\n`)
        }),
    ),
    [['charsu apps reject visit-planner', 'its developer may ask again']],
  )

interface Limits {
  perMinute?: string
  perDay?: string
}

const MOST_CALLS = 1_000_000_000

const limitsCommand = (io: Io): Command =>
  withExamples(
    common(
      new Command('limits')
        .summary('say how many calls an app may make')
        .description('In force on every node within a second. A limit that is not given stays as it is.')
        .argument('<app>', 'slug')
        .option('--per-minute <number>', 'or "none", or "default" for the usual one')
        .option('--per-day <number>', 'the same for a day')
        .action((slug: string, options: Options & Limits) => limits(io, slug, options)),
    ),
    [
      ['charsu apps limits visit-planner --per-minute 1200', 'the limit of a day stays'],
      ['charsu apps limits visit-planner --per-day none', 'no limit'],
      ['charsu apps limits visit-planner --per-day default', 'as for every other app'],
    ],
  )

async function limits(io: Io, slug: string, options: Options & Limits): Promise<void> {
  const { url, json, perMinute, perDay } = options
  if (perMinute === undefined && perDay === undefined) {
    throw wrongUse(
      'which limit?',
      'Give --per-minute, --per-day, or both; charsu apps show tells the present ones.',
    )
  }
  const wanted = (name: string, text: string | undefined, now: CallLimit): number | null => {
    if (text === undefined) return now.is_default ? null : (now.limit ?? 0)
    if (text === 'default') return null
    return text === 'none' ? 0 : wholeNumber(name, text, MOST_CALLS)
  }
  const client = await hostClient(io, url)
  const { limits: now } = await requireApp(client, slug)
  const app = await client.call<HostApp>('PUT', appPath(slug, '/limits'), {
    per_minute: wanted('--per-minute', perMinute, now.per_minute),
    per_day: wanted('--per-day', perDay, now.per_day),
  })
  if (json) printJson(io, app)
  else io.out(listed([app]))
}

const transferCommand = (io: Io): Command =>
  withExamples(
    common(
      new Command('transfer')
        .summary('hand an app over to another developer')
        .description(
          'From then on they alone see it in the console. Its keys and secrets go on as they are, and the former owner knows them: revoke or rotate them.',
        )
        .argument('<app>', 'slug')
        .argument('<person>', 'host id of the new owner, who has to be a developer')
        .action(async (slug: string, owner: string, { url, json }: Options) => {
          const client = await hostClient(io, url)
          await requireApp(client, slug)
          const app = await client.call<HostApp>('PUT', appPath(slug, '/owner'), { owner })
          if (json) return printJson(io, app)
          io.out(`${paint(io, 'green', 'Handed over')} ${slug} to ${plainText(app.owner)}\n`)
          io.out('Its former owner knows its keys: charsu keys list --app, charsu keys revoke.\n')
        }),
    ),
    [['charsu apps transfer visit-planner sara', 'sara owns it now']],
  )
