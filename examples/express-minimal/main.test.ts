import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { testBed } from '@charsu/sdk/testing'
import { afterEach, expect, test } from 'vitest'
import { createServer } from './main.ts'

const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

/** The test bed around the server, which it reaches over HTTP. */
async function startServer() {
  const started = Promise.withResolvers<string>()
  const bed = testBed((settings) => {
    const server = createServer(settings).listen(0, '127.0.0.1', () => {
      started.resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    })
    servers.push(server)
    return async (request) => {
      const { pathname, search } = new URL(request.url)
      return fetch(new Request(`${await started.promise}${pathname}${search}`, request))
    }
  })
  return { bed, url: await started.promise }
}

test('the bot answers beside Express, over HTTP, and what a button brings is signed', async () => {
  const { bed } = await startServer()
  const negar = bed.person().chatsWithApp()
  await negar.says('سلام')
  expect(negar.sees.at(-1)).toMatchObject({ text: 'You said: سلام', buttons: [['Wave']] })
  await negar.taps('Wave')
  expect(negar.toasts).toEqual(['Hello to you, too!'])
})

test('other routes are Express’s own, with its body parser', async () => {
  const { url } = await startServer()
  expect(await (await fetch(url)).text()).toBe('A chatbot lives here.')
  const body = JSON.stringify({ hello: 'world' })
  const headers = { 'content-type': 'application/json' }
  expect(await (await fetch(`${url}/echo`, { method: 'POST', body, headers })).json()).toEqual({
    hello: 'world',
  })
  expect((await fetch(`${url}/nowhere`)).status).toBe(404)
})

test('nobody but the platform can say that somebody clicked', async () => {
  const { url } = await startServer()
  const body = JSON.stringify({ touchpoint: 'CHAT', user_id: 'u1', extra_data: { action: 'wave' } })
  const headers = { authorization: 'a guess' }
  expect((await fetch(`${url}/charsu/actions`, { method: 'POST', body, headers })).status).toBe(401)
})
