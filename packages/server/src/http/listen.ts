import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { ConfigError } from '../config.ts'

/** Covers the longest that a request may take by itself, which is a click. */
const CLOSE_GRACE_MS = 6_000

const PROBLEMS: Record<string, (address: { host: string; port: number }) => string> = {
  EADDRINUSE: ({ host, port }) =>
    `CHARSU_PORT is ${port}, but a program listens there on ${host} already, maybe another Charsu: stop it, or choose another port`,
  EACCES: ({ port }) =>
    `CHARSU_PORT is ${port}, which this user may not open: choose one of 1024 or more, or let a proxy listen there`,
  EADDRNOTAVAIL: ({ host }) => `CHARSU_HOST is ${host}, which is no address of this machine: use one that is`,
  ENOTFOUND: ({ host }) => `CHARSU_HOST is ${host}, which is not known here: use an address of this machine`,
}

/**
 * Opens the port and resolves with its number.
 * @throws ConfigError when it cannot be had.
 */
export async function listen(
  http: FastifyInstance,
  address: { host: string; port: number },
): Promise<number> {
  try {
    await http.listen({ host: address.host, port: address.port })
  } catch (error) {
    const problem = PROBLEMS[(error as NodeJS.ErrnoException).code ?? '']
    throw problem ? new ConfigError([problem(address)], { cause: error }) : error
  }
  return (http.server.address() as AddressInfo).port
}

/** Takes no more connections and waits for the requests under way, but not for a client that does not read or write. */
export async function closeHttp(http: FastifyInstance): Promise<void> {
  const cutOff = setTimeout(() => http.server.closeAllConnections(), CLOSE_GRACE_MS)
  await http.close()
  clearTimeout(cutOff)
}
