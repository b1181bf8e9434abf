import { nearest } from '@charsu/protocol/nearest'
import { OPEN_FLAG, readCommandLine } from './command-line.ts'
import {
  anything,
  cidrs,
  duration,
  httpUrl,
  integer,
  longEnough,
  oneOf,
  origin,
  type PortRange,
  parseDuration,
  parsePorts,
  ports,
  postgresUrl,
  share,
} from './setting-checks.ts'

export type Mode = 'development' | 'production'

export interface Config {
  mode: Mode
  host: string
  port: number
  /** Origin under which people and apps reach this server, without a trailing slash. */
  publicUrl: string
  databaseUrl: string | null
  dataDir: string | null
  databasePort: number | null
  databaseConnections: number
  hostKey: string | null
  secret: string | null
  egressAllow: string[]
  logLevel: string
  dispatcher: boolean
  /** Server processes behind one port. */
  processes: number
  /** Ports that apps may be called on; null for every port. */
  egressPorts: PortRange[] | null
  /** Path of a PEM file with certificate authorities to trust beside the public ones. */
  egressCa: string | null
  /** Attempts at once for one endpoint that sets no number of its own, over all nodes. */
  endpointConcurrency: number
  retainDeliveredMs: number
  retainFailedMs: number
  metricsToken: string | null
  /** Age of a due delivery that nobody serves at which readiness turns red; 0 for never. */
  readyDueAgeMs: number
  /** How long to go on serving, not ready, once asked to stop. */
  stopDelayMs: number
  /** Where spans go, as OTLP over HTTP; null traces nothing. */
  tracesUrl: string | null
  /** Share of traces that begin here and are kept, 0 to 1. */
  tracesRatio: number
  /** Calls of one app, unless the host set other limits for it; 0 for no limit. */
  appRequestsPerMinute: number
  appRequestsPerDay: number
  /** Messages that one person may send; 0 for no limit. */
  userMessagesPerMinute: number
}

export class ConfigError extends Error {
  constructor(problems: readonly string[], options: { cause?: unknown } = {}) {
    super(
      `the configuration is not usable:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
      options,
    )
    this.name = 'ConfigError'
  }
}

interface Setting {
  name: string
  description: string
  /** As written in the documentation. */
  default: string
  check(value: string): string | null
}

/** Fits PostgreSQL's integer. */
const MOST_REQUESTS = 1_000_000_000

/** Every setting, written once: the check, the default and the reference page (docs/configuration.md) come from here. */
export const SETTINGS = {
  CHARSU_MODE: {
    name: 'CHARSU_MODE',
    description:
      '`development` binds to loopback, lets you pick whom to be and lets apps live on localhost; `production` needs CHARSU_HOST_KEY, CHARSU_PUBLIC_URL and DATABASE_URL.',
    default: 'development',
    check: oneOf('development', 'production'),
  },
  CHARSU_HOST: {
    name: 'CHARSU_HOST',
    description: 'Address to listen on.',
    default: '127.0.0.1 in development, 0.0.0.0 in production',
    check: anything,
  },
  CHARSU_PORT: {
    name: 'CHARSU_PORT',
    description: 'Port to listen on; 0 takes a free one.',
    default: '4400',
    check: integer(0, 65_535),
  },
  CHARSU_PUBLIC_URL: {
    name: 'CHARSU_PUBLIC_URL',
    description: 'Origin under which people and apps reach this server.',
    default: 'http://localhost:<port> in development',
    check: origin,
  },
  DATABASE_URL: {
    name: 'DATABASE_URL',
    description: 'A PostgreSQL 15 or newer to use instead of the embedded one.',
    default: 'embedded PostgreSQL',
    check: postgresUrl,
  },
  CHARSU_DATA_DIR: {
    name: 'CHARSU_DATA_DIR',
    description: 'Folder of the embedded PostgreSQL.',
    default: '`.charsu` in the checkout; under /var/lib/charsu when run as root',
    check: anything,
  },
  CHARSU_DATABASE_PORT: {
    name: 'CHARSU_DATABASE_PORT',
    description: 'Loopback port of the embedded PostgreSQL.',
    default: 'a free port below 32768',
    check: integer(1, 65_535),
  },
  CHARSU_DATABASE_CONNECTIONS: {
    name: 'CHARSU_DATABASE_CONNECTIONS',
    description: 'Most database connections of this process.',
    default: '16',
    check: integer(4, 1000),
  },
  CHARSU_HOST_KEY: {
    name: 'CHARSU_HOST_KEY',
    description: 'Key that the marketplace’s backend sends to the host API, 32 characters or more.',
    default: 'made at the first start in development',
    check: longEnough(32),
  },
  CHARSU_SECRET: {
    name: 'CHARSU_SECRET',
    description: 'Master secret behind the per-app user ids, 32 characters or more; never change it.',
    default: 'made at the first start and kept in the database',
    check: longEnough(32),
  },
  CHARSU_EGRESS_ALLOW: {
    name: 'CHARSU_EGRESS_ALLOW',
    description: 'Private networks in which apps may live, separated by commas.',
    default: 'none in production; everything in development',
    check: cidrs,
  },
  CHARSU_LOG_LEVEL: {
    name: 'CHARSU_LOG_LEVEL',
    description: 'Least severity that is logged.',
    default: 'warn in development, info in production',
    check: oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
  },
  CHARSU_DISPATCHER: {
    name: 'CHARSU_DISPATCHER',
    description: '`off` makes this node accept messages but deliver no events.',
    default: 'on',
    check: oneOf('on', 'off'),
  },
  CHARSU_PROCESSES: {
    name: 'CHARSU_PROCESSES',
    description: 'Server processes behind the one port; `--processes N` says the same and wins.',
    default: '1',
    check: integer(1, 64),
  },
  CHARSU_EGRESS_PORTS: {
    name: 'CHARSU_EGRESS_PORTS',
    description: 'Ports on which apps may be called, separated by commas, or `all`.',
    default: '80,443,1024-65535 in production; all in development',
    check: ports,
  },
  CHARSU_EGRESS_CA: {
    name: 'CHARSU_EGRESS_CA',
    description:
      'PEM file with certificate authorities that apps’ certificates may come from, beside the public ones.',
    default: 'none',
    check: anything,
  },
  CHARSU_ENDPOINT_CONCURRENCY: {
    name: 'CHARSU_ENDPOINT_CONCURRENCY',
    description:
      'Most attempts at once for one app’s events URL, over all nodes, unless the app sets its own.',
    default: '50',
    check: integer(1, 1000),
  },
  CHARSU_RETAIN_DELIVERED: {
    name: 'CHARSU_RETAIN_DELIVERED',
    description: 'How long delivered deliveries and their attempts are kept, at least.',
    default: '7d',
    check: duration('1h', '3650d'),
  },
  CHARSU_RETAIN_FAILED: {
    name: 'CHARSU_RETAIN_FAILED',
    description: 'How long dead, held and cancelled deliveries and their attempts are kept, at least.',
    default: '30d',
    check: duration('1h', '3650d'),
  },
  CHARSU_METRICS_TOKEN: {
    name: 'CHARSU_METRICS_TOKEN',
    description: 'Bearer token that reads /metrics, 16 characters or more.',
    default: 'the host key in production; open in development',
    check: longEnough(16),
  },
  CHARSU_READY_DUE_AGE: {
    name: 'CHARSU_READY_DUE_AGE',
    description: 'Age of a due delivery that no node serves at which /readyz turns red; `0s` for never.',
    default: '60s',
    check: duration('0s', '30d'),
  },
  CHARSU_STOP_DELAY: {
    name: 'CHARSU_STOP_DELAY',
    description:
      'How long a node that was asked to stop goes on serving with /readyz red, for balancers to notice.',
    default: '0s',
    check: duration('0s', '1m'),
  },
  CHARSU_TRACES_URL: {
    name: 'CHARSU_TRACES_URL',
    description: 'Where traces are sent, as OTLP over HTTP, such as http://collector:4318/v1/traces.',
    default: 'no traces',
    check: httpUrl,
  },
  CHARSU_TRACES_RATIO: {
    name: 'CHARSU_TRACES_RATIO',
    description: 'Share of the traces that begin here which are kept, 0 to 1; others follow their caller.',
    default: '1',
    check: share,
  },
  CHARSU_APP_REQUESTS_PER_MINUTE: {
    name: 'CHARSU_APP_REQUESTS_PER_MINUTE',
    description:
      'Calls that an app may make in a minute, over all nodes, unless the host sets another limit for it; 0 for no limit.',
    default: '600',
    check: integer(0, MOST_REQUESTS),
  },
  CHARSU_APP_REQUESTS_PER_DAY: {
    name: 'CHARSU_APP_REQUESTS_PER_DAY',
    description: 'The same for a day of UTC.',
    default: '50000',
    check: integer(0, MOST_REQUESTS),
  },
  CHARSU_USER_MESSAGES_PER_MINUTE: {
    name: 'CHARSU_USER_MESSAGES_PER_MINUTE',
    description: 'Messages that one person may send in a minute by the user API; 0 for no limit.',
    default: '30',
    check: integer(0, MOST_REQUESTS),
  },
} as const satisfies Record<string, Setting>

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '::1', '[::1]'])
const ALL_PORTS = 'all'
/** Mail, remote shells and the like live below 1024, and no app does. */
const PUBLIC_PORTS = '80,443,1024-65535'

/**
 * Reads and checks every setting at once.
 * @throws ConfigError that lists all problems.
 */
export function readConfig(
  env: Readonly<Record<string, string | undefined>>,
  flags: readonly string[] = [],
): Config {
  const { isOpen, processes, problems: misread } = readCommandLine(flags)
  const problems = [...misread, ...misspelt(env)]
  const given = processes === undefined ? env : { ...env, CHARSU_PROCESSES: processes }
  const get = (name: keyof typeof SETTINGS): string | undefined => {
    const value = given[name]?.trim()
    if (!value) return undefined
    const problem = SETTINGS[name].check(value)
    if (!problem) return value
    // A secret's value never shows; its check speaks of its length alone.
    problems.push(`${name} ${problem}`)
    return undefined
  }
  const mode = (get('CHARSU_MODE') ?? 'development') as Mode
  const production = mode === 'production'
  const port = Number(get('CHARSU_PORT') ?? 4400)
  const config: Config = {
    mode,
    port,
    host: get('CHARSU_HOST') ?? (production ? '0.0.0.0' : '127.0.0.1'),
    publicUrl: (get('CHARSU_PUBLIC_URL') ?? `http://localhost:${port}`).replace(/\/$/, ''),
    databaseUrl: get('DATABASE_URL') ?? null,
    dataDir: get('CHARSU_DATA_DIR') ?? null,
    databasePort: numberOrNull(get('CHARSU_DATABASE_PORT')),
    databaseConnections: Number(get('CHARSU_DATABASE_CONNECTIONS') ?? 16),
    hostKey: get('CHARSU_HOST_KEY') ?? null,
    secret: get('CHARSU_SECRET') ?? null,
    egressAllow:
      get('CHARSU_EGRESS_ALLOW')
        ?.split(',')
        .map((part) => part.trim()) ?? [],
    logLevel: get('CHARSU_LOG_LEVEL') ?? (production ? 'info' : 'warn'),
    dispatcher: get('CHARSU_DISPATCHER') !== 'off',
    processes: Number(get('CHARSU_PROCESSES') ?? 1),
    egressPorts: portsOf(get('CHARSU_EGRESS_PORTS') ?? (production ? PUBLIC_PORTS : ALL_PORTS)),
    egressCa: get('CHARSU_EGRESS_CA') ?? null,
    endpointConcurrency: Number(get('CHARSU_ENDPOINT_CONCURRENCY') ?? 50),
    retainDeliveredMs: parseDuration(get('CHARSU_RETAIN_DELIVERED') ?? '7d')!,
    retainFailedMs: parseDuration(get('CHARSU_RETAIN_FAILED') ?? '30d')!,
    metricsToken: get('CHARSU_METRICS_TOKEN') ?? null,
    readyDueAgeMs: parseDuration(get('CHARSU_READY_DUE_AGE') ?? '60s')!,
    stopDelayMs: parseDuration(get('CHARSU_STOP_DELAY') ?? '0s')!,
    tracesUrl: get('CHARSU_TRACES_URL') ?? null,
    tracesRatio: Number(get('CHARSU_TRACES_RATIO') ?? 1),
    appRequestsPerMinute: Number(get('CHARSU_APP_REQUESTS_PER_MINUTE') ?? 600),
    appRequestsPerDay: Number(get('CHARSU_APP_REQUESTS_PER_DAY') ?? 50_000),
    userMessagesPerMinute: Number(get('CHARSU_USER_MESSAGES_PER_MINUTE') ?? 30),
  }
  problems.push(...(production ? missingInProduction(env) : isOpen ? [] : openInDevelopment(config)))
  if (problems.length > 0) throw new ConfigError(problems)
  return config
}

const MOST_EDITS = 2

/**
 * A setting that is nearly ours would otherwise be taken for absent, whatever it was to protect. Other names are left
 * alone: orchestrators make some of a service's own name.
 */
function misspelt(env: Readonly<Record<string, string | undefined>>): string[] {
  const names = Object.keys(SETTINGS)
  return Object.keys(env).flatMap((name) => {
    if (!name.startsWith('CHARSU_') || names.includes(name)) return []
    const meant = nearest(name, names, MOST_EDITS)
    return meant ? [`${name} is no setting: did you mean ${meant}?`] : []
  })
}

const portsOf = (text: string): PortRange[] | null => (text === ALL_PORTS ? null : (parsePorts(text) ?? []))

const numberOrNull = (text: string | undefined): number | null => (text === undefined ? null : Number(text))

const REQUIRED_IN_PRODUCTION = ['CHARSU_HOST_KEY', 'CHARSU_PUBLIC_URL', 'DATABASE_URL'] as const

function missingInProduction(env: Readonly<Record<string, string | undefined>>): string[] {
  return REQUIRED_IN_PRODUCTION.filter((name) => !env[name]?.trim()).map(
    (name) => `${name} is required when CHARSU_MODE=production: ${SETTINGS[name].description}`,
  )
}

/** Development mode lets anyone be anybody, so it may be reached from this machine alone. */
function openInDevelopment(config: Config): string[] {
  const fix = `use CHARSU_MODE=production, or add ${OPEN_FLAG} if nobody else can reach it`
  const problems: string[] = []
  if (!LOOPBACK.has(config.host))
    problems.push(`CHARSU_HOST=${config.host} opens development mode to others: ${fix}`)
  if (!LOOPBACK.has(new URL(config.publicUrl).hostname)) {
    problems.push(`CHARSU_PUBLIC_URL=${config.publicUrl} is not on this machine in development mode: ${fix}`)
  }
  const database = config.databaseUrl === null ? null : databaseHost(config.databaseUrl)
  if (database !== null && !LOOPBACK.has(database)) {
    problems.push(
      `DATABASE_URL points to ${database} in development mode, where anyone can be anybody: ${fix}`,
    )
  }
  return problems
}

/** Where the driver will connect to, or null for a socket in the file system; a `host` in the query wins. */
function databaseHost(url: string): string | null {
  const { hostname, searchParams } = new URL(url)
  const host = searchParams.get('host') || decodeURIComponent(hostname)
  return host === '' || host.startsWith('/') ? null : host
}
