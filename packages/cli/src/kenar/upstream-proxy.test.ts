import { once } from 'node:events'
import http from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dialAsBefore } from './upstream-proxy.ts'

const asked: string[] = []
/** Stands for the proxy of a company: it answers in place of the host that was asked for. */
const company = http.createServer().on('connect', (request: http.IncomingMessage, socket: net.Socket) => {
  asked.push(`${request.url} ${request.headers['proxy-authorization'] ?? ''}`.trim())
  if (request.url === 'forbidden.test:443') socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
  else socket.end(`HTTP/1.1 200 OK\r\n\r\nfrom ${request.url}`)
})
const direct = net.createServer((socket) => socket.end('direct'))
let proxy: string
let port: number
beforeAll(async () => {
  await Promise.all([company, direct].map((server) => once(server.listen(0, '127.0.0.1'), 'listening')))
  proxy = `127.0.0.1:${(company.address() as AddressInfo).port}`
  port = (direct.address() as AddressInfo).port
})
afterAll(() => {
  company.close()
  direct.close()
})

async function says(env: Record<string, string>, hostname: string, at = 443): Promise<string> {
  const socket = await dialAsBefore(env)({ hostname, port: at })
  let said = ''
  for await (const chunk of socket) said += chunk
  return said
}

test('hosts of others are reached by the proxy that the developer has set, with its password', async () => {
  asked.length = 0
  expect(await says({ https_proxy: `http://us%40er:pa%3Ass@${proxy}` }, 'own.test')).toBe('from own.test:443')
  expect(asked).toEqual([`own.test:443 Basic ${Buffer.from('us@er:pa:ss').toString('base64')}`])
})

test('this machine and the exceptions are not', async () => {
  asked.length = 0
  const env = { HTTPS_PROXY: `http://${proxy}`, NO_PROXY: 'own.test' }
  expect(await says(env, '127.0.0.1', port)).toBe('direct')
  expect(await says({ ...env, NO_PROXY: '*' }, '127.0.0.1', port)).toBe('direct')
  expect(await says({}, '127.0.0.1', port)).toBe('direct')
  expect(asked).toEqual([])
})

test('its refusal is told', async () => {
  await expect(says({ HTTPS_PROXY: `http://${proxy}` }, 'forbidden.test')).rejects.toThrow(
    `${proxy} answered 403`,
  )
})
