import { stat } from 'node:fs/promises'
import { Command } from 'commander'
import { CommandError, wrongUse } from '../command-error.ts'
import { type DevClient, devClient } from '../dev-client.ts'
import { withExamples } from '../examples.ts'
import { type Io, paint } from '../io.ts'
import { jsonOption, printJson } from '../json-option.ts'
import { plainText } from '../plain-text.ts'
import { withProgress } from '../progress.ts'
import {
  downloadSnapshot,
  type LoadAnswer,
  listSnapshots,
  loadSnapshot,
  removePassing,
  removeSnapshot,
  type SnapshotView,
  saveSnapshot,
  uploadSnapshot,
} from '../snapshot/snapshot-calls.ts'
import { passingName, snapshotPlace } from '../snapshot/snapshot-place.ts'
import { table } from '../table.ts'
import { urlOption } from '../url-option.ts'

interface Options {
  url?: string
  json?: true
  force?: true
}

export const snapshotCommand = (io: Io): Command =>
  withExamples(
    new Command('snapshot')
      .summary('save the whole marketplace in a file, and load it')
      .description(
        'People, posts, chats, apps with their keys and consents, uploaded files, and what waits to be delivered: all of a marketplace in development mode, in one file.',
      )
      .addCommand(saveCommand(io))
      .addCommand(loadCommand(io))
      .addCommand(listCommand(io))
      .addCommand(removeCommand(io)),
    [
      ['charsu snapshot save before-the-visit', 'in the data folder, by a name'],
      ['charsu snapshot save ./bug-42.charsu-snapshot', 'in a file, for a colleague'],
      ['charsu snapshot load ./bug-42.charsu-snapshot', 'and there it is'],
    ],
  )

const saveCommand = (io: Io): Command =>
  withExamples(
    new Command('save')
      .summary('save the marketplace as it is now')
      .description(
        'Everybody goes on meanwhile; what is saved is one moment of it. What has a slash in it is a file.',
      )
      .argument('<name or file>', 'a name in the data folder, or the path of a file')
      .option('--force', 'overwrite one that is there')
      .addOption(urlOption())
      .addOption(jsonOption())
      .action((given: string, options: Options) => save(io, given, options)),
    [
      ['charsu snapshot save before-the-visit', 'in the data folder'],
      ['charsu snapshot save ~/bug-42.charsu-snapshot', 'in a file'],
    ],
  )

async function save(io: Io, given: string, options: Options): Promise<void> {
  const { url, json } = options
  const force = options.force === true
  const place = snapshotPlace(io.cwd, given)
  const client = devClient(io, url)
  if (place.kind === 'name') {
    const view = await withProgress(io, 'saving', saveSnapshot(client, place.name, force))
    report(io, json, view, `${paint(io, 'green', 'Saved')} ${view.name}: ${contentOf(view)}`)
    return
  }
  if (!force && (await stat(place.path).catch(() => null))) {
    throw new CommandError(`there is a file ${place.path} already`, {
      hint: 'Choose another name, or add --force to overwrite it.',
    })
  }
  const name = passingName()
  const view = await withProgress(io, 'saving', saveSnapshot(client, name, false))
  try {
    await withProgress(io, 'fetching the file', downloadSnapshot(client, name, place.path))
  } finally {
    await removePassing(io, client, name)
  }
  const saved = { ...view, name: given, file: place.path }
  report(io, json, saved, `${paint(io, 'green', 'Saved')} ${place.path}: ${contentOf(view)}`)
}

const loadCommand = (io: Io): Command =>
  withExamples(
    new Command('load')
      .summary('replace the marketplace by that of a snapshot')
      .description(
        'All that is there now is gone afterwards: save it first if you want it back. The server goes on, also when the snapshot cannot be loaded; then nothing has changed. What waited for its delivery is delivered.',
      )
      .argument('<name or file>', 'a name of "charsu snapshot list", or the path of a file')
      .addOption(urlOption())
      .addOption(jsonOption())
      .action((given: string, options: Options) => load(io, given, options)),
    [
      ['charsu snapshot load before-the-visit', 'of the data folder'],
      ['charsu snapshot load ~/bug-42.charsu-snapshot', 'of a colleague'],
    ],
  )

async function load(io: Io, given: string, { url, json }: Options): Promise<void> {
  const place = snapshotPlace(io.cwd, given)
  const client = devClient(io, url)
  const loaded =
    place.kind === 'name'
      ? await withProgress(io, 'loading', loadSnapshot(client, place.name))
      : { ...(await loadFile(io, client, place.path)), name: given, file: place.path }
  report(io, json, loaded, `${paint(io, 'green', 'Loaded')} ${loaded.name}: ${contentOf(loaded)}`)
  if (json || loaded.apps_with_other_credentials.length === 0) return
  io.out(
    `These apps have other credentials now, so start them again with "charsu dev": ${loaded.apps_with_other_credentials.join(', ')}\n`,
  )
}

async function loadFile(io: Io, client: DevClient, path: string): Promise<LoadAnswer> {
  const name = passingName()
  await withProgress(io, 'handing the file over', uploadSnapshot(client, path, name))
  try {
    return await withProgress(io, 'loading', loadSnapshot(client, name))
  } finally {
    await removePassing(io, client, name)
  }
}

const listCommand = (io: Io): Command =>
  withExamples(
    new Command('list')
      .summary('list the snapshots in the data folder')
      .addOption(urlOption())
      .addOption(jsonOption())
      .action((options: Options) => list(io, options)),
    [['charsu snapshot list', 'with what each holds']],
  )

async function list(io: Io, { url, json }: Options): Promise<void> {
  const snapshots = await listSnapshots(devClient(io, url))
  if (json) return printJson(io, { snapshots })
  if (snapshots.length === 0) {
    io.out('There is no snapshot yet. Make one with: charsu snapshot save <name>\n')
    return
  }
  const rows = snapshots.map((view) => [
    view.name,
    view.made_at === null ? '' : timeOf(view.made_at),
    sizeOf(view.size_bytes),
    view.problem === null ? contentOf(view) : paint(io, 'red', plainText(view.problem)),
  ])
  io.out(`${table([['name', 'saved at', 'size', 'holds'], ...rows], '').join('\n')}\n`)
}

const removeCommand = (io: Io): Command =>
  withExamples(
    new Command('remove')
      .summary('remove a snapshot of the data folder')
      .argument('<name>', 'as "charsu snapshot list" shows it')
      .addOption(urlOption())
      .action(async (name: string, { url }: Options) => {
        if (snapshotPlace(io.cwd, name).kind === 'file') {
          throw wrongUse(
            `${JSON.stringify(name)} is a file, and this removes snapshots of the data folder`,
            'Name one of "charsu snapshot list", or remove the file yourself.',
          )
        }
        await removeSnapshot(devClient(io, url), name)
        io.out(`${paint(io, 'green', 'Removed')} ${name}\n`)
      }),
    [['charsu snapshot remove before-the-visit', 'for good']],
  )

function report(io: Io, json: true | undefined, view: SnapshotView, line: string): void {
  if (json) printJson(io, view)
  else io.out(`${line}\n`)
}

const contentOf = ({ counts }: SnapshotView): string =>
  Object.entries(counts)
    .map(([name, count]) => `${count} ${name.replaceAll('_', ' ')}`)
    .join(', ')

const timeOf = (at: string): string => at.slice(0, 16).replace('T', ' ')

const UNITS = ['B', 'kB', 'MB', 'GB']

function sizeOf(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  const value = bytes / 1_000 ** power
  return `${power === 0 ? value : value.toFixed(1)} ${UNITS[power]}`
}
