import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { basename, join, relative, resolve } from 'node:path'
import { Command } from 'commander'
import { slugOf } from '../app-slug.ts'
import { CommandError, wrongUse } from '../command-error.ts'
import { appFiles } from '../create-app/app-files.ts'
import { packageSources } from '../create-app/package-sources.ts'
import { withExamples } from '../examples.ts'
import { type Io, paint } from '../io.ts'
import { withProgress } from '../progress.ts'
import { runTool } from '../run-tool.ts'

interface Options {
  slug?: string
  install: boolean
}

export const createAppCommand = (io: Io): Command =>
  withExamples(
    new Command('create-app')
      .summary('make a new app: a chatbot in TypeScript, with a test')
      .description(
        'Makes a folder with a working chatbot, its test and its settings, and installs what it needs. Nothing that exists is overwritten.',
      )
      .argument('<dir>', 'a folder that does not exist yet, or is empty')
      .option('--slug <name>', 'the name by which Charsu knows the app; the folder’s by default')
      .option('--no-install', 'leave the packages to you: run npm install in the folder')
      .action((dir: string, options: Options) => createApp(io, dir, options)),
    [
      ['charsu create-app my-bot', 'then: cd my-bot && npm run dev'],
      ['charsu create-app ./bots/first --slug greeter', 'under a name of its own'],
    ],
  )

async function createApp(io: Io, dir: string, { slug: given, install }: Options): Promise<void> {
  const folder = resolve(io.cwd, dir)
  const slug = slugFor(given ?? basename(folder), given !== undefined)
  await refuseUnlessEmpty(folder)
  io.err(`Making ${paint(io, 'bold', slug)} in ${folder}\n`)
  await mkdir(folder, { recursive: true })
  const sources = await withProgress(io, 'packing Charsu', packageSources(io, folder))
  for (const [path, text] of await appFiles(slug, sources)) await writeFile(join(folder, path), text)
  if (install) await installPackages(io, folder)
  io.out(nextSteps(io, relative(io.cwd, folder) || '.', install))
}

function slugFor(name: string, isGiven: boolean): string {
  const slug = slugOf(name)
  if (slug !== undefined && !(isGiven && slug !== name)) return slug
  throw wrongUse(
    `${JSON.stringify(name)} is no name for an app: expected 2 to 50 lower-case letters, digits or hyphens`,
    isGiven
      ? `Write --slug ${slug ?? 'my-bot'} instead.`
      : 'Choose another folder, or give a name with --slug my-bot.',
  )
}

async function refuseUnlessEmpty(folder: string): Promise<void> {
  const found = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw new CommandError(
      error.code === 'ENOTDIR'
        ? `${folder} is a file, not a folder`
        : `${folder} cannot be read: ${error.code}`,
      { hint: 'Name a folder that does not exist yet.' },
    )
  })
  if (found.length === 0) return
  throw new CommandError(`${folder} is not empty: it holds ${found.slice(0, 3).join(', ')}`, {
    hint: 'Name a folder that does not exist yet; nothing was changed.',
  })
}

async function installPackages(io: Io, folder: string): Promise<void> {
  io.err('Installing its packages with npm; the first time this loads PostgreSQL and Node.js, too\n')
  const words = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']
  const { code, output } = await withProgress(io, 'installing', runTool(io, 'npm', words, folder))
  if (code === 0) return
  throw new CommandError(`npm could not install the packages:\n${output.trim()}`, {
    hint: `The app is there. Once the cause is gone, run "npm install" in ${folder}.`,
  })
}

const nextSteps = (io: Io, folder: string, installed: boolean): string =>
  [
    '',
    paint(io, 'green', 'Your app is ready.'),
    '',
    `  cd ${folder}`,
    ...(installed ? [] : ['  npm install']),
    '  npm run dev     the marketplace and your app, with the address of its chat',
    '  npm test        its test, without a server',
    '',
  ].join('\n')
