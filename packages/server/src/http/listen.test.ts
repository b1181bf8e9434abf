import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { fastify } from 'fastify'
import { expect, test } from 'vitest'
import { ConfigError } from '../config.ts'
import { closeHttp, listen } from './listen.ts'
import { endUnusedConnections } from './unused-connections.ts'

test('an address that cannot be had is a fault of the configuration that says what to change', async () => {
  const first = fastify()
  const second = fastify()
  const port = await listen(first, { host: '127.0.0.1', port: 0 })
  await expect(listen(second, { host: '127.0.0.1', port })).rejects.toThrow(
    new ConfigError([
      `CHARSU_PORT is ${port}, but a program listens there on 127.0.0.1 already, maybe another Charsu: stop it, or choose another port`,
    ]),
  )
  await expect(listen(second, { host: '192.0.2.1', port: 0 })).rejects.toThrow(
    'CHARSU_HOST is 192.0.2.1, which is no address of this machine: use one that is',
  )
  await first.close()
  await second.close()
})

test('a client that never ends its request does not keep the server from closing', async () => {
  const http = fastify()
  http.post('/', async () => ({}))
  await listen(http, { host: '127.0.0.1', port: 0 })
  const { port } = http.server.address() as AddressInfo
  const socket = connect(port, '127.0.0.1')
  const closed = once(socket, 'close')
  const received = once(http.server, 'request')
  socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{')
  await received
  await closeHttp(http)
  await closed
})

test('a connection opened in advance does not keep the server from closing, a request under way does', async () => {
  const http = fastify()
  endUnusedConnections(http)
  const held = Promise.withResolvers<void>()
  http.get('/', async () => {
    await held.promise
    return 'done'
  })
  const port = await listen(http, { host: '127.0.0.1', port: 0 })
  const unused = connect(port, '127.0.0.1')
  await once(http.server, 'connection')
  const received = once(http.server, 'request')
  const address = `http://127.0.0.1:${port}/`
  const answer = fetch(address, { headers: { connection: 'close' } }).then((response) => response.text())
  await received
  const cutOff = once(unused, 'close')
  const closed = closeHttp(http)
  await cutOff
  held.resolve()
  expect(await answer).toBe('done')
  await closed
})
