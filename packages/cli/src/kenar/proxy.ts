import { Agent, createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls'
import { type Authority, readAuthority } from './authority.ts'
import { type KenarHost, kenarHost } from './kenar-hosts.ts'
import { isLoopbackAddress } from './loopback-address.ts'
import { type ProxyError, refuseTunnel } from './proxy-error.ts'
import { type RequestDeps, serveAbsolute, serveInTunnel, wrongPort } from './proxy-requests.ts'
import type { OriginRewriter } from './rewrite-origins.ts'
import { type Dial, dialDirectly, dialingAgent, tunnel, unreachable } from './tunnel.ts'

export interface ProxyDeps {
  /** Charsu's origin, as `http://localhost:4400`. */
  charsuUrl: string
  /** The certificate for Kenar's hosts, with its key, in PEM. */
  server: { key: string; cert: string }
  /** Rewrites what the app says of its own origin, in queries and bodies; absent: nothing is changed. */
  ownOrigins?: OriginRewriter | undefined
  /** How hosts of others are reached; absent: directly. */
  dial?: Dial | undefined
}

export interface KenarProxy extends AsyncDisposable {
  /** As `HTTPS_PROXY` takes it. */
  url: string
  port: number
  close(): Promise<void>
}

/**
 * A proxy on 127.0.0.1 for one app. Kenar's hosts end here and are answered by Charsu; those of everybody else are
 * tunnelled untouched. The names of Kenar's hosts are never looked up.
 */
export const startProxy = (deps: ProxyDeps): Promise<KenarProxy> => new ProxyServer(deps).listen()

const HANDSHAKE_MS = 30_000
const ESTABLISHED = 'HTTP/1.1 200 Connection Established\r\n\r\n'

class ProxyServer {
  readonly #secureContext: SecureContext
  readonly #dial: Dial
  readonly #requests: RequestDeps
  readonly #server: Server
  /** Which host a connection inside a tunnel was opened for. */
  readonly #tunnels = new WeakMap<object, KenarHost>()
  readonly #open = new Set<Duplex>()

  constructor({ charsuUrl, server, ownOrigins, dial = dialDirectly }: ProxyDeps) {
    this.#secureContext = createSecureContext({ ...server, minVersion: 'TLSv1.2' })
    this.#dial = dial
    this.#requests = {
      charsu: new URL(charsuUrl),
      charsuAgent: new Agent({ keepAlive: true }),
      otherAgent: dialingAgent(dial),
      ownOrigins,
    }
    // Charsu sets the limits of what it takes; a slow upload is no business of the proxy's.
    this.#server = createServer({ requestTimeout: 0 }, (request, response) => {
      const host = this.#tunnels.get(request.socket)
      if (host === undefined) serveAbsolute(this.#requests, request, response)
      else serveInTunnel(this.#requests, host, request, response)
    })
    this.#server.on('connection', (socket: Socket) => this.#admit(socket))
    this.#server.on('connect', (request: IncomingMessage, socket: Socket, head: Buffer) =>
      this.#connect(request, socket, head),
    )
    this.#server.on('upgrade', (_request: IncomingMessage, socket: Duplex) =>
      refuseTunnel(socket, NO_UPGRADE),
    )
  }

  async listen(): Promise<KenarProxy> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(0, '127.0.0.1', resolve)
    })
    const { port } = this.#server.address() as AddressInfo
    const close = (): Promise<void> => this.#close()
    return { url: `http://127.0.0.1:${port}`, port, close, [Symbol.asyncDispose]: close }
  }

  async #close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    for (const socket of this.#open) socket.destroy()
    this.#requests.charsuAgent.destroy()
    this.#requests.otherAgent.destroy()
    await closed
  }

  /** Nobody from elsewhere gets to what only this machine reaches. */
  #admit(socket: Socket): void {
    if (this.#tunnels.has(socket) || isLoopbackAddress(socket.remoteAddress)) this.#hold(socket)
    else socket.destroy()
  }

  #hold(socket: Duplex): void {
    this.#open.add(socket)
    socket.on('close', () => this.#open.delete(socket))
    socket.on('error', () => socket.destroy())
  }

  #connect(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const to = readAuthority(request.url ?? '')
    const host = to && kenarHost(to.hostname)
    if (!to || this.#tunnels.has(request.socket)) refuseTunnel(socket, CONNECT_MALFORMED)
    else if (host === undefined) void this.#tunnelTo(to, socket, head)
    else if (to.port === 443) this.#answerSecurely(host, socket, head)
    else if (to.port === 80) this.#answerPlainly(host, socket, head)
    else refuseTunnel(socket, wrongPort(host, to.port))
  }

  async #tunnelTo(to: Authority, socket: Socket, head: Buffer): Promise<void> {
    const name = `${to.hostname}:${to.port}`
    try {
      const upstream = await this.#dial(to)
      this.#hold(upstream)
      tunnel(socket, head, upstream)
    } catch (error) {
      refuseTunnel(socket, unreachable(name, error as Error))
    }
  }

  #answerSecurely(host: KenarHost, socket: Socket, head: Buffer): void {
    socket.write(ESTABLISHED)
    if (head.length > 0) socket.unshift(head)
    const secure = new TLSSocket(socket, {
      isServer: true,
      secureContext: this.#secureContext,
      ALPNProtocols: ['http/1.1'],
    })
    const timer = setTimeout(() => socket.destroy(), HANDSHAKE_MS)
    secure.on('error', () => socket.destroy())
    secure.on('close', () => clearTimeout(timer))
    secure.on('secure', () => {
      clearTimeout(timer)
      this.#take(host, secure)
    })
  }

  #answerPlainly(host: KenarHost, socket: Socket, head: Buffer): void {
    socket.write(ESTABLISHED)
    if (head.length > 0) socket.unshift(head)
    this.#take(host, socket)
  }

  /** Requests of this connection are for `host`. */
  #take(host: KenarHost, socket: Socket): void {
    this.#tunnels.set(socket, host)
    this.#server.emit('connection', socket)
  }
}

const CONNECT_MALFORMED: ProxyError = {
  codeName: 'INVALID_ARGUMENT',
  reason: 'CONNECT_MALFORMED',
  message: 'CONNECT takes host:port and goes to the proxy itself: write CONNECT api.divar.ir:443',
}

const NO_UPGRADE: ProxyError = {
  codeName: 'UNIMPLEMENTED',
  reason: 'UPGRADE_NOT_SERVED',
  message:
    'the protocol of a connection cannot change here: Kenar has no WebSockets, and those of other hosts go through CONNECT',
}
