import { request } from 'node:http'
import type { Socket } from 'node:net'
import { type Dial, dialDirectly } from './tunnel.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * How hosts of others are reached: by the proxy that the developer's own environment names, as a company's network
 * may need, else directly.
 */
export function dialAsBefore(env: Environment): Dial {
  const named = env.HTTPS_PROXY || env.https_proxy || env.HTTP_PROXY || env.http_proxy
  const proxy = named && URL.canParse(named) ? new URL(named) : undefined
  if (proxy?.protocol !== 'http:') return dialDirectly
  const exceptions = (env.NO_PROXY ?? env.no_proxy ?? '').split(/[\s,]+/).filter((entry) => entry !== '')
  return (to) => (isException(to.hostname, exceptions) ? dialDirectly(to) : dialBy(proxy, to))
}

function isException(hostname: string, exceptions: readonly string[]): boolean {
  const name = hostname.toLowerCase()
  if (name === 'localhost' || name === '::1' || name.startsWith('127.') || name.endsWith('.localhost'))
    return true
  return exceptions.some((entry) => {
    const bare = entry
      .toLowerCase()
      .replace(/:\d+$/, '')
      .replace(/^\*?\./, '')
    return bare === '*' || name === bare || name.endsWith(`.${bare}`)
  })
}

function dialBy(proxy: URL, { hostname, port }: { hostname: string; port: number }): Promise<Socket> {
  const target = `${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`
  const user = decodeURIComponent(proxy.username)
  const credentials = Buffer.from(`${user}:${decodeURIComponent(proxy.password)}`).toString('base64')
  return new Promise((resolve, reject) => {
    const asked = request({
      host: proxy.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: Number(proxy.port || 80),
      method: 'CONNECT',
      path: target,
      headers: { host: target, ...(user && { 'proxy-authorization': `Basic ${credentials}` }) },
    })
    asked.on('connect', (answer, socket, head) => {
      if (answer.statusCode === 200) {
        if (head.length > 0) socket.unshift(head)
        resolve(socket as Socket)
        return
      }
      socket.destroy()
      reject(new Error(`the proxy ${proxy.host} answered ${answer.statusCode}`))
    })
    asked.on('response', (answer) => {
      answer.destroy()
      reject(new Error(`the proxy ${proxy.host} answered ${answer.statusCode}`))
    })
    asked.on('error', reject)
    asked.end()
  })
}
