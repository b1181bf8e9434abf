import type { Command } from 'commander'
import { wrongUse } from '../command-error.ts'
import type { Io } from '../io.ts'
import { configuredValue } from './configured-value.ts'

/** Options of `charsu dev` that are about a Kenar app, as commander reads them. */
export interface KenarOptions {
  asKenar?: true
  clientId?: string
  apiKey?: string
  clientSecret?: string
  identificationKey?: string
  eventsUrl?: string
  sessionUrl?: string
  sessionVersion?: string
  actionUrl?: string
  redirectUri?: string[]
  publicUrl?: string
  appPort?: string
  hostHeader?: string
}

/** What a Kenar app is told to Charsu with. */
export interface KenarSettings {
  apiKey?: string | undefined
  clientSecret?: string | undefined
  identificationKey?: string | undefined
  /** A path of the app, or a URL. */
  eventsUrl?: string | undefined
  sessionUrl?: string | undefined
  sessionVersion?: 1 | 2 | undefined
  actionUrl?: string | undefined
  redirectUris: readonly string[]
  /** Origin. */
  publicUrl?: string | undefined
  hostHeader?: string | undefined
}

const OR_ENVIRONMENT = '; env:NAME reads it from the environment or .env'

/** Adds the options to a command. */
export const withKenarOptions = (command: Command): Command =>
  command
    .optionsGroup('For a Kenar app that stays as it is:')
    .option(
      '--as-kenar',
      'be api.divar.ir and its sisters for the app, by a proxy and a throw-away authority',
    )
    .option('--client-id <slug>', 'its slug at Kenar; the same as --slug')
    .option('--api-key <key>', `the API key that it is configured with${OR_ENVIRONMENT}`)
    .option('--client-secret <secret>', 'its OAuth secret, in the same ways')
    .option('--identification-key <key>', 'what it expects in Authorization, in the same ways')
    .option('--events-url <path>', 'where it waits for events: /path, or a URL')
    .option('--session-url <path>', 'where for session initialization')
    .option('--session-version <version>', 'in which form: 1 or 2')
    .option('--action-url <path>', 'where for dynamic actions')
    .option('--redirect-uri <uri>', 'where consent comes back to; may be repeated', collect)
    .option('--public-url <origin>', 'what it calls itself, such as https://app.example.ir')
    .option('--app-port <port>', 'where it listens on this machine; short for --app http://localhost:<port>')
    .option('--host-header <host>', 'what it finds in Host; also without --as-kenar')

const collect = (value: string, before: string[] = []): string[] => [...before, value]

const KENAR_ONLY = [
  ['apiKey', '--api-key'],
  ['clientSecret', '--client-secret'],
  ['identificationKey', '--identification-key'],
  ['eventsUrl', '--events-url'],
  ['sessionUrl', '--session-url'],
  ['sessionVersion', '--session-version'],
  ['actionUrl', '--action-url'],
  ['redirectUri', '--redirect-uri'],
  ['publicUrl', '--public-url'],
] as const

/**
 * Reads and checks them.
 * @returns null without --as-kenar.
 * @throws CommandError with exit code 2 for what cannot be meant.
 */
export async function kenarSettings(
  io: Pick<Io, 'env' | 'cwd'>,
  options: KenarOptions,
): Promise<KenarSettings | null> {
  if (!options.asKenar) {
    const lost = KENAR_ONLY.find(([name]) => options[name] !== undefined)
    if (lost) throw wrongUse(`${lost[1]} is for Kenar apps`, 'Add --as-kenar, or leave it out.')
    return null
  }
  const secret = (name: 'apiKey' | 'clientSecret' | 'identificationKey', option: string) =>
    configuredValue(io, option, options[name])
  return {
    apiKey: await secret('apiKey', '--api-key'),
    clientSecret: await secret('clientSecret', '--client-secret'),
    identificationKey: await secret('identificationKey', '--identification-key'),
    eventsUrl: place('--events-url', options.eventsUrl),
    sessionUrl: place('--session-url', options.sessionUrl),
    sessionVersion: version(options.sessionVersion),
    actionUrl: place('--action-url', options.actionUrl),
    redirectUris: (options.redirectUri ?? []).map((uri) => place('--redirect-uri', uri) ?? uri),
    publicUrl: origin(options.publicUrl),
    hostHeader: options.hostHeader,
  }
}

/** What --app-port means as an --app. */
export function appUrlOf(
  options: Pick<KenarOptions, 'appPort'>,
  app: string | undefined,
): string | undefined {
  const { appPort } = options
  if (appPort === undefined) return app
  if (app !== undefined) throw wrongUse('--app and --app-port say the same twice', 'Leave one of them out.')
  if (/^[1-9]\d{0,4}$/.test(appPort) && Number(appPort) <= 65_535) return `http://localhost:${appPort}`
  throw wrongUse(
    `--app-port ${JSON.stringify(appPort)} is no port`,
    'Write the number of the port at which your app listens, such as --app-port 8000.',
  )
}

const isWebUrl = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)

function place(option: string, given: string | undefined): string | undefined {
  if (given === undefined || (given.startsWith('/') && !given.startsWith('//')) || isWebUrl(given))
    return given
  throw wrongUse(
    `${option} ${JSON.stringify(given)} is no place of an app`,
    `Write its path at your app, such as ${option} /kenar/here, or a whole URL.`,
  )
}

function version(given: string | undefined): 1 | 2 | undefined {
  if (given === undefined) return undefined
  if (given === '1' || given === '2') return given === '1' ? 1 : 2
  throw wrongUse(
    `--session-version ${JSON.stringify(given)} is neither 1 nor 2`,
    'Write the one that your app reads.',
  )
}

function origin(given: string | undefined): string | undefined {
  if (given === undefined) return undefined
  if (isWebUrl(given)) {
    const { origin: own, pathname, search, username } = new URL(given)
    if (pathname === '/' && search === '' && username === '') return own
  }
  throw wrongUse(
    `--public-url ${JSON.stringify(given)} is no origin`,
    'Write scheme and host of what your app calls itself, such as --public-url https://app.example.ir.',
  )
}
