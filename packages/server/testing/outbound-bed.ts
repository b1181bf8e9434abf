import { once } from 'node:events'
import http from 'node:http'
import https from 'node:https'
import type net from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterEach } from 'vitest'
import { systemClock } from '../src/clock.ts'
import { createAddressGuard } from '../src/outbound/address-guard.ts'
import { type AppCall, createOutbound, type OutboundDeps } from '../src/outbound/call-app.ts'
import type { ResolveName } from '../src/outbound/resolve-name.ts'

/** 127.0.0.2 stands for the public internet, 127.0.0.3 for a private network. */
const guard = createAddressGuard({ allow: ['127.0.0.2/32'] })

/** Clients for calls to apps, and servers to be called; all end with each test. */
export function useOutboundBed() {
  const cleanups: (() => unknown)[] = []
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
  })

  async function listen(server: net.Server, host = '127.0.0.2', port = 0): Promise<number> {
    server.listen(port, host)
    await once(server, 'listening')
    cleanups.push(() => {
      if (server instanceof http.Server || server instanceof https.Server) server.closeAllConnections()
      server.close()
    })
    return (server.address() as AddressInfo).port
  }
  return {
    outbound(resolver?: ResolveName, deps: Partial<OutboundDeps> = {}) {
      const warnings: string[] = []
      const client = createOutbound({
        guard,
        clock: systemClock,
        log: { warn: (_fields, message) => warnings.push(message) },
        ...(resolver && { resolver }),
        ...deps,
      })
      cleanups.push(() => client.close())
      return { ...client, warnings }
    },
    listen,
    serve: async (handler: http.RequestListener): Promise<string> =>
      `http://127.0.0.2:${await listen(http.createServer(handler))}`,
    hook: (url: string, deadlineMs = 5_000): AppCall => ({
      url,
      headers: { 'x-test': '1' },
      body: '{"a":1}',
      deadlineMs,
    }),
  }
}
