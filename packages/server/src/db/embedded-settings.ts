const GIB = 1024 ** 3

const LEAST_CONNECTIONS = 100

/** Below this much memory a quarter of it for one cache would starve everything else. */
const SMALL_MACHINE_BYTES = 4 * GIB

/**
 * Server settings, given on the command line so that an upgrade of the program brings its own. Durability is
 * never traded; the sizes keep full-page images rare under load. No wal_compression: the build has no lz4.
 */
export function serverSettings(input: {
  port: number
  major: number
  totalMemory: number
  connections: number
}): Record<string, string> {
  return {
    listen_addresses: '127.0.0.1',
    port: String(input.port),
    unix_socket_directories: '',
    max_connections: String(Math.max(LEAST_CONNECTIONS, input.connections)),
    // A query over all partitions of the history locks each of them, and their indexes.
    max_locks_per_transaction: '256',
    shared_buffers: input.totalMemory < SMALL_MACHINE_BYTES ? '128MB' : '512MB',
    max_wal_size: '4GB',
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    wal_compression: 'off',
    password_encryption: 'scram-sha-256',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Of a statement that fails we hear ourselves; the server's own log would hold the rows that it was about.
    log_min_messages: 'log',
    log_destination: 'stderr',
    logging_collector: 'off',
    default_transaction_isolation: 'read committed',
  }
}
