import ipaddr from 'ipaddr.js'

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

const anything = (): null => null
const oneOf =
  (...names: string[]) =>
  (value: string): string | null =>
    names.includes(value) ? null : `is ${JSON.stringify(value)}, but must be one of ${names.join(', ')}`
const integer =
  (least: number, most: number) =>
  (value: string): string | null =>
    /^\d+$/.test(value) && Number(value) >= least && Number(value) <= most
      ? null
      : `is ${JSON.stringify(value)}, but must be a whole number from ${least} to ${most}`
const longEnough =
  (least: number) =>
  (value: string): string | null =>
    value.length >= least ? null : `has ${value.length} characters, but needs at least ${least}`
const cidrs = (value: string): string | null =>
  value.split(',').every((part) => ipaddr.isValidCIDR(part.trim()))
    ? null
    : 'must be networks separated by commas, such as 10.1.0.0/16,192.168.7.0/24'

function origin(value: string): string | null {
  if (!URL.canParse(value))
    return `is ${JSON.stringify(value)}, but must be a URL such as https://charsu.example`
  const { protocol, pathname, search, hash, username, password } = new URL(value)
  if (protocol !== 'https:' && protocol !== 'http:') return 'must begin with https:// or http://'
  return pathname === '/' && !search && !hash && !username && !password
    ? null
    : 'must be an origin alone: scheme, host and port, without a path, a query or a user name'
}

const postgresUrl = (value: string): string | null =>
  /^postgres(ql)?:\/\//.test(value) && URL.canParse(value)
    ? null
    : 'must be a URL that begins with postgres://'

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
} as const satisfies Record<string, Setting>

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '::1', '[::1]'])
export const OPEN_FLAG = '--i-know-this-is-open'

/**
 * Reads and checks every setting at once.
 * @throws ConfigError that lists all problems.
 */
export function readConfig(
  env: Readonly<Record<string, string | undefined>>,
  flags: readonly string[] = [],
): Config {
  const problems: string[] = []
  const get = (name: keyof typeof SETTINGS): string | undefined => {
    const value = env[name]?.trim()
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
  }
  problems.push(...(production ? missingInProduction(env) : openInDevelopment(config, flags)))
  if (problems.length > 0) throw new ConfigError(problems)
  return config
}

const numberOrNull = (text: string | undefined): number | null => (text === undefined ? null : Number(text))

const REQUIRED_IN_PRODUCTION = ['CHARSU_HOST_KEY', 'CHARSU_PUBLIC_URL', 'DATABASE_URL'] as const

function missingInProduction(env: Readonly<Record<string, string | undefined>>): string[] {
  return REQUIRED_IN_PRODUCTION.filter((name) => !env[name]?.trim()).map(
    (name) => `${name} is required when CHARSU_MODE=production: ${SETTINGS[name].description}`,
  )
}

/** Development mode lets anyone be anybody, so it may be reached from this machine alone. */
function openInDevelopment(config: Config, flags: readonly string[]): string[] {
  if (flags.includes(OPEN_FLAG)) return []
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
