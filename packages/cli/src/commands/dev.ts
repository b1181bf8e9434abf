import { resolve } from 'node:path'
import { slugFault } from '@charsu/protocol/app-texts'
import { Command } from 'commander'
import { wrongUse } from '../command-error.ts'
import { dataFolder } from '../data-folder.ts'
import { withExamples } from '../examples.ts'
import { type Io, paint } from '../io.ts'
import { appUrlOf, type KenarOptions, kenarSettings, withKenarOptions } from '../kenar/kenar-options.ts'
import { programLine } from '../plain-text.ts'
import { projectSlug } from '../project-slug.ts'

interface Options extends KenarOptions {
  app?: string
  slug?: string
  port?: string
  dataDir?: string
  body?: true
}

const USUAL_PORT = '4400'

export const devCommand = (io: Io): Command =>
  withExamples(
    withKenarOptions(
      new Command('dev')
        .summary('start the marketplace and your app in it')
        .description(
          'Starts a marketplace with people, posts and chats, makes an app with all permissions in it, starts your program with the app’s credentials in its environment, and shows every call between them. Ctrl+C ends all of it; nothing of the chats or credentials is lost. A second "charsu dev" joins the one that runs.',
        )
        .argument('[command...]', 'behind --: what starts your app')
        .option('--app <url>', 'where your app listens (http://localhost:PORT, 3000 where PORT is not set)')
        .option('--slug <name>', 'its name in URLs (of package.json, else my-app)')
        .option('--port <number>', `where the marketplace listens (CHARSU_PORT, else ${USUAL_PORT})`)
        .option('--data-dir <folder>', 'where its state is kept (CHARSU_DATA_DIR, else .charsu here)')
        .option('--body', 'show bodies in the traffic, too'),
    ).action((command: string[], options: Options) => dev(io, command, options)),
    [
      ['charsu dev -- node app.ts', 'start the marketplace and your app'],
      ['charsu dev -- npm run dev', 'the same with a script of your project'],
      ['charsu dev --app http://localhost:8000', 'your app is started elsewhere, in any language'],
      ['charsu dev', 'the marketplace, and credentials to paste'],
      ['charsu dev --as-kenar --events-url /hook -- python app.py', 'a Kenar app that stays as it is'],
    ],
  )

async function dev(io: Io, command: readonly string[], options: Options): Promise<void> {
  // Loaded when they are needed: help must not wait for a database driver.
  const { openMarketplace } = await import('../dev/marketplace.ts')
  const { runDev } = await import('../dev/run-dev.ts')
  const kenar = await kenarSettings(io, options)
  const appUrl = appUrlOf(options, options.app)
  const slug = options.slug ?? options.clientId ?? (await projectSlug(io.cwd))
  const fault = slugFault(slug)
  if (fault) throw wrongUse(`--slug ${fault}`, 'Such as --slug my-app.')
  const given = options.dataDir ?? (io.env.CHARSU_DATA_DIR?.trim() || undefined)
  const marketplace = await openMarketplace(io, {
    port: portOf(options.port ?? (io.env.CHARSU_PORT?.trim() || USUAL_PORT)),
    dataDir: given === undefined ? dataFolder(io.cwd, io.uid) : resolve(io.cwd, given),
    onLine: (line) => io.err(`${paint(io, 'yellow', 'charsu │')} ${programLine(line, io.colour)}\n`),
  })
  const { hostHeader, body = false } = options
  await runDev(io, { marketplace, slug, command, appUrl, kenar, hostHeader, body })
}

function portOf(text: string): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port
  throw wrongUse(
    `${JSON.stringify(text)} is no port`,
    'Write a number from 1 to 65535, such as --port 4401, or 0 for a free one.',
  )
}
