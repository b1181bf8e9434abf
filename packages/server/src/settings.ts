import {
  anything,
  cidrs,
  duration,
  httpUrl,
  integer,
  longEnough,
  matching,
  oneOf,
  oneWord,
  origin,
  ports,
  postgresUrl,
  share,
} from './setting-checks.ts'

interface Setting {
  name: string
  description: string
  /** As written in the documentation. */
  default: string
  /** Never to be shown, not even to whoever set it. */
  secret?: true
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
    secret: true,
    check: postgresUrl,
  },
  CHARSU_DATA_DIR: {
    name: 'CHARSU_DATA_DIR',
    description: 'Folder of the embedded PostgreSQL, and of uploaded files.',
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
    secret: true,
    check: longEnough(32),
  },
  CHARSU_SECRET: {
    name: 'CHARSU_SECRET',
    description: 'Master secret behind the per-app user ids, 32 characters or more; never change it.',
    default: 'made at the first start and kept in the database',
    secret: true,
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
    secret: true,
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
  CHARSU_MEDIA_DIR: {
    name: 'CHARSU_MEDIA_DIR',
    description:
      'Folder of uploaded files, which all nodes share; with S3, of uploads under way alone, which each node may have of its own.',
    default: '`media` in the folder of CHARSU_DATA_DIR',
    check: anything,
  },
  CHARSU_MEDIA_S3_BUCKET: {
    name: 'CHARSU_MEDIA_S3_BUCKET',
    description: 'Bucket of an S3-compatible store that keeps uploaded files instead of the folder.',
    default: 'none',
    check: matching(/^[a-zA-Z0-9][a-zA-Z0-9._-]{1,254}$/, 'the name of a bucket, such as charsu-media'),
  },
  CHARSU_MEDIA_S3_ENDPOINT: {
    name: 'CHARSU_MEDIA_S3_ENDPOINT',
    description: 'Address of the store; its buckets are named in the path.',
    default: 'Amazon’s own',
    check: origin,
  },
  CHARSU_MEDIA_S3_REGION: {
    name: 'CHARSU_MEDIA_S3_REGION',
    description: 'Region of the bucket.',
    default: 'us-east-1',
    check: matching(/^[A-Za-z0-9-]{1,64}$/, 'the name of a region, such as eu-central-1'),
  },
  CHARSU_MEDIA_S3_ACCESS_KEY_ID: {
    name: 'CHARSU_MEDIA_S3_ACCESS_KEY_ID',
    description: 'Key that may read, write and delete in the bucket.',
    default: 'what the machine has by itself at Amazon',
    secret: true,
    check: oneWord,
  },
  CHARSU_MEDIA_S3_SECRET_ACCESS_KEY: {
    name: 'CHARSU_MEDIA_S3_SECRET_ACCESS_KEY',
    description: 'Its secret.',
    default: 'the same',
    secret: true,
    check: oneWord,
  },
} as const satisfies Record<string, Setting>
