import { nearest } from '@charsu/protocol/nearest'
import { OPEN_FLAG, readCommandLine } from './command-line.ts'
import { type S3Settings, s3Settings } from './media-settings.ts'
import { type PortRange, parseDuration, parsePorts } from './setting-checks.ts'
import { SETTINGS } from './settings.ts'

export { SETTINGS }

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
  /** Folder of uploaded files, or of those under way when they are kept in S3; null for none, which takes no uploads. */
  mediaDir: string | null
  mediaS3: S3Settings | null
  /** Messages that one person may send; 0 for no limit. */
  userMessagesPerMinute: number
}

export class ConfigError extends Error {
  /** Each begins with the name of a setting. */
  readonly problems: readonly string[]

  constructor(problems: readonly string[], options: { cause?: unknown } = {}) {
    super(
      `the configuration is not usable:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
      options,
    )
    this.name = 'ConfigError'
    this.problems = problems
  }
}

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
  const s3 = s3Settings({
    bucket: get('CHARSU_MEDIA_S3_BUCKET'),
    endpoint: get('CHARSU_MEDIA_S3_ENDPOINT'),
    region: get('CHARSU_MEDIA_S3_REGION'),
    accessKeyId: get('CHARSU_MEDIA_S3_ACCESS_KEY_ID'),
    secretAccessKey: get('CHARSU_MEDIA_S3_SECRET_ACCESS_KEY'),
  })
  problems.push(...s3.problems)
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
    mediaDir: get('CHARSU_MEDIA_DIR') ?? null,
    mediaS3: s3.settings,
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
