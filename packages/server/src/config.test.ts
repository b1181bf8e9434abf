import { describe, expect, test } from 'vitest'
import { OPEN_FLAG } from './command-line.ts'
import { ConfigError, readConfig, SETTINGS } from './config.ts'

const PRODUCTION = {
  CHARSU_MODE: 'production',
  CHARSU_HOST_KEY: 'k'.repeat(32),
  CHARSU_PUBLIC_URL: 'https://charsu.example',
  DATABASE_URL: 'postgres://charsu:secret@db.example/charsu',
}

function refusal(env: Record<string, string>, flags: string[] = []): string {
  try {
    readConfig(env, flags)
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  return ''
}

const DAY_MS = 86_400_000

describe('without any setting', () => {
  test('development on loopback, with an embedded database', () => {
    expect(readConfig({})).toEqual({
      mode: 'development',
      host: '127.0.0.1',
      port: 4400,
      publicUrl: 'http://localhost:4400',
      databaseUrl: null,
      dataDir: null,
      databasePort: null,
      databaseConnections: 16,
      hostKey: null,
      secret: null,
      egressAllow: [],
      logLevel: 'warn',
      dispatcher: true,
      processes: 1,
      egressPorts: null,
      egressCa: null,
      endpointConcurrency: 50,
      retainDeliveredMs: 7 * DAY_MS,
      retainFailedMs: 30 * DAY_MS,
      mediaDir: null,
      mediaS3: null,
      metricsToken: null,
      readyDueAgeMs: 60_000,
      tracesUrl: null,
      tracesRatio: 1,
      stopDelayMs: 0,
      appRequestsPerMinute: 600,
      appRequestsPerDay: 50_000,
      userMessagesPerMinute: 30,
    })
  })

  test('an empty or blank value counts as absent', () => {
    expect(readConfig({ CHARSU_PORT: '', CHARSU_MODE: '  ', DATABASE_URL: '' })).toEqual(readConfig({}))
  })
})

describe('each setting', () => {
  test.each([
    ['CHARSU_MODE', 'staging', 'must be one of development, production'],
    ['CHARSU_PORT', 'http', 'must be a whole number from 0 to 65535'],
    ['CHARSU_PORT', '65536', 'must be a whole number from 0 to 65535'],
    ['CHARSU_PORT', '-1', 'must be a whole number'],
    ['CHARSU_PORT', '1.5', 'must be a whole number'],
    ['CHARSU_DATABASE_PORT', '0', 'must be a whole number from 1 to 65535'],
    ['CHARSU_DATABASE_CONNECTIONS', '3', 'must be a whole number from 4 to 1000'],
    ['CHARSU_DATABASE_CONNECTIONS', '1001', 'must be a whole number from 4 to 1000'],
    ['CHARSU_PUBLIC_URL', 'charsu.example', 'must be a URL such as https://charsu.example'],
    ['CHARSU_PUBLIC_URL', 'ftp://charsu.example', 'must begin with https:// or http://'],
    ['CHARSU_PUBLIC_URL', 'http://localhost/path', 'must be an origin alone'],
    ['CHARSU_PUBLIC_URL', 'http://localhost/?a=1', 'must be an origin alone'],
    ['CHARSU_PUBLIC_URL', 'http://me:pass@localhost', 'must be an origin alone'],
    ['CHARSU_PROCESSES', '0', 'must be a whole number from 1 to 64'],
    ['CHARSU_EGRESS_PORTS', '80;443', 'must be ports and ranges separated by commas'],
    ['CHARSU_EGRESS_PORTS', '443-80', 'must be ports and ranges separated by commas'],
    ['CHARSU_EGRESS_PORTS', '0', 'must be ports and ranges separated by commas'],
    ['CHARSU_EGRESS_PORTS', '65536', 'must be ports and ranges separated by commas'],
    ['CHARSU_ENDPOINT_CONCURRENCY', '0', 'must be a whole number from 1 to 1000'],
    ['CHARSU_RETAIN_DELIVERED', '59m', 'is 59m, but must be from 1h to 3650d'],
    ['CHARSU_RETAIN_FAILED', '3599s', 'is 3599s, but must be from 1h to 3650d'],
    ['CHARSU_RETAIN_DELIVERED', '7', 'must be a number with a unit, such as 7d'],
    ['CHARSU_METRICS_TOKEN', 'short', 'has 5 characters, but needs at least 16'],
    ['CHARSU_READY_DUE_AGE', 'soon', 'must be a number with a unit'],
    ['CHARSU_TRACES_URL', 'collector:4318', 'must be a URL that begins with http'],
    ['CHARSU_APP_REQUESTS_PER_MINUTE', '-1', 'must be a whole number from 0 to 1000000000'],
    ['CHARSU_APP_REQUESTS_PER_DAY', 'none', 'must be a whole number from 0 to 1000000000'],
    ['CHARSU_USER_MESSAGES_PER_MINUTE', '0.5', 'must be a whole number'],
    ['CHARSU_TRACES_RATIO', '1.5', 'must be from 0 to 1'],
    ['CHARSU_MEDIA_S3_BUCKET', 'my bucket', 'must be the name of a bucket'],
    ['CHARSU_MEDIA_S3_ENDPOINT', 's3.example', 'must be a URL such as'],
    ['CHARSU_MEDIA_S3_REGION', 'eu central', 'must be the name of a region'],
    ['CHARSU_MEDIA_S3_ACCESS_KEY_ID', 'a b', 'must hold no white space'],
    ['CHARSU_MEDIA_S3_SECRET_ACCESS_KEY', 'a b', 'must hold no white space'],
    ['DATABASE_URL', 'mysql://localhost/charsu', 'must be a URL that begins with postgres://'],
    ['DATABASE_URL', 'host=localhost dbname=charsu', 'must be a URL that begins with postgres://'],
    ['CHARSU_HOST_KEY', 'k'.repeat(31), 'has 31 characters, but needs at least 32'],
    ['CHARSU_SECRET', 'short', 'has 5 characters, but needs at least 32'],
    ['CHARSU_EGRESS_ALLOW', '10.0.0.0', 'must be networks separated by commas'],
    ['CHARSU_EGRESS_ALLOW', '10.0.0.0/8,999.1.1.1/99', 'must be networks separated by commas'],
    ['CHARSU_LOG_LEVEL', 'loud', 'must be one of trace, debug'],
    ['CHARSU_DISPATCHER', 'maybe', 'must be one of on, off'],
  ])('%s=%s is refused: %s', (name, value, why) => {
    const message = refusal({ [name]: value })
    expect(message).toContain(`- ${name} `)
    expect(message).toContain(why)
  })

  test('every one that can be wrong has a breach above', () => {
    const free = Object.values(SETTINGS).filter(({ check }) => check('anything at all') === null)
    expect(free.map(({ name }) => name)).toEqual([
      'CHARSU_HOST',
      'CHARSU_DATA_DIR',
      'CHARSU_EGRESS_CA',
      'CHARSU_MEDIA_DIR',
    ])
  })

  test('valid values are read', () => {
    expect(
      readConfig({
        ...PRODUCTION,
        CHARSU_PUBLIC_URL: 'https://charsu.example/',
        CHARSU_PORT: '80',
        CHARSU_DATABASE_CONNECTIONS: '40',
        CHARSU_EGRESS_ALLOW: '10.1.0.0/16, fd00::/8',
        CHARSU_SECRET: 's'.repeat(40),
        CHARSU_DISPATCHER: 'off',
      }),
    ).toMatchObject({
      mode: 'production',
      host: '0.0.0.0',
      port: 80,
      publicUrl: 'https://charsu.example',
      databaseConnections: 40,
      egressAllow: ['10.1.0.0/16', 'fd00::/8'],
      secret: 's'.repeat(40),
      logLevel: 'info',
      dispatcher: false,
    })
  })

  test.each([
    ['CHARSU_EGRESS_PORT', 'CHARSU_EGRESS_PORTS'],
    ['CHARSU_TRACE_URL', 'CHARSU_TRACES_URL'],
    ['CHARSU_METRICTOKEN', 'CHARSU_METRICS_TOKEN'],
  ])('with nearly its name is not taken for absent: %s', (name, meant) => {
    const message = refusal({ [name]: 'a-value-that-stays-secret' })
    expect(message).toContain(`${name} is no setting: did you mean ${meant}?`)
    expect(message).not.toContain('a-value-that-stays-secret')
  })

  test('of another program is none of ours, even if it begins likewise', () => {
    const others = [
      'CHARSU_URL',
      'CHARSU_PUBLIC_API',
      'CHARSU_SERVICE_PORT',
      'CHARSU_PORT_4400_TCP_PORT',
      'CHARSU_WORKER',
    ]
    expect(refusal(Object.fromEntries(others.map((name) => [name, 'x'])))).toBe('')
  })

  test('all problems are told at once', () => {
    const message = refusal({ CHARSU_PORT: 'x', CHARSU_LOG_LEVEL: 'y', CHARSU_DISPATCHER: 'z' })
    expect(message.split('\n  - ')).toHaveLength(4)
  })
})

describe('production', () => {
  test.each(['CHARSU_HOST_KEY', 'CHARSU_PUBLIC_URL', 'DATABASE_URL'] as const)(
    'does not start without %s',
    (name) => {
      const { [name]: _left, ...others } = PRODUCTION
      expect(refusal(others)).toContain(`${name} is required when CHARSU_MODE=production`)
    },
  )

  test('starts with them', () => {
    expect(refusal(PRODUCTION)).toBe('')
  })
})

describe('development mode, where anyone can be anybody', () => {
  test.each([
    ['CHARSU_HOST', '0.0.0.0'],
    ['CHARSU_HOST', '::'],
    ['CHARSU_HOST', '192.168.1.5'],
    ['CHARSU_PUBLIC_URL', 'https://charsu.example'],
    ['CHARSU_PUBLIC_URL', 'http://localhost.example'],
    ['DATABASE_URL', 'postgres://charsu@db.example/charsu'],
    ['DATABASE_URL', 'postgres://localhost/charsu?host=db.example'],
  ])('refuses %s=%s, unless told that it is known', (name, value) => {
    expect(refusal({ [name]: value })).toContain(OPEN_FLAG)
    expect(refusal({ [name]: value }, [OPEN_FLAG])).toBe('')
  })

  test.each([
    ['CHARSU_HOST', '::1'],
    ['CHARSU_HOST', 'localhost'],
    ['CHARSU_PUBLIC_URL', 'http://127.0.0.1:4400'],
    ['CHARSU_PUBLIC_URL', 'http://[::1]:4400'],
    ['DATABASE_URL', 'postgres://charsu@127.0.0.1:5432/charsu'],
    ['DATABASE_URL', 'postgres:///charsu?host=/var/run/postgresql'],
  ])('takes %s=%s, which is this machine', (name, value) => {
    expect(refusal({ [name]: value })).toBe('')
  })
})

test('no message holds a secret', () => {
  const password = 'Tr0ub4dor'
  const messages = [
    refusal({ CHARSU_HOST_KEY: password, CHARSU_SECRET: password }),
    refusal({ DATABASE_URL: `postgres://charsu:${password}@db.example/charsu` }),
    refusal({ DATABASE_URL: `mysql://charsu:${password}@db.example/charsu` }),
    refusal({ DATABASE_URL: `postgres://charsu:${password}@db.example:port/charsu` }),
    refusal({ CHARSU_PUBLIC_URL: `https://charsu:${password}@charsu.example` }),
  ]
  for (const message of messages) {
    expect(message).not.toBe('')
    expect(message).not.toContain(password)
  }
})

describe('settings of delivery', () => {
  test('ports, durations and shares are read as numbers', () => {
    const config = readConfig({
      CHARSU_EGRESS_PORTS: '443, 8000-8100',
      CHARSU_RETAIN_DELIVERED: '36h',
      CHARSU_READY_DUE_AGE: '0s',
      CHARSU_TRACES_RATIO: '.25',
    })
    expect(config.egressPorts).toEqual([
      { from: 443, to: 443 },
      { from: 8000, to: 8100 },
    ])
    expect(config.retainDeliveredMs).toBe(1.5 * DAY_MS)
    expect(config.readyDueAgeMs).toBe(0)
    expect(config.tracesRatio).toBe(0.25)
  })

  test('production calls apps on the web’s ports and unprivileged ones, unless told otherwise', () => {
    const production = {
      CHARSU_MODE: 'production',
      CHARSU_HOST_KEY: 'k'.repeat(32),
      CHARSU_PUBLIC_URL: 'https://charsu.example',
      DATABASE_URL: 'postgres://database/charsu',
    }
    expect(readConfig(production).egressPorts).toEqual([
      { from: 80, to: 80 },
      { from: 443, to: 443 },
      { from: 1024, to: 65_535 },
    ])
    expect(readConfig({ ...production, CHARSU_EGRESS_PORTS: 'all' }).egressPorts).toBeNull()
  })

  test.each([
    [['--processes', '4'], 4],
    [['--processes=2'], 2],
  ])('the flag %j wins over its setting', (flags, processes) => {
    expect(readConfig({ CHARSU_PROCESSES: '3' }, flags).processes).toBe(processes)
  })

  test.each([[['--processes']], [['--processes', 'many']], [['--processes=']]])(
    'the flag %j without a number is refused',
    (flags) => {
      expect(() => readConfig({}, flags)).toThrow(/CHARSU_PROCESSES .*must be a whole number from 1 to 64/)
    },
  )
})
