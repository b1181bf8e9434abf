import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Message } from '../../api/person/message-shapes.ts'
import { createRequest } from '../../api/request.ts'
import { type ChatStore, createChatStore } from '../state/chat-store.ts'
import { conversationOf, CONVERSATION_ID as ID, messageOf } from '../state/sample-messages.ts'
import { createErrands, type Errands } from './errands.ts'
import { createOutboxStorage, type OutboxStorage } from './outbox-storage.ts'
import { createSender, type Sender } from './send-outbox.ts'

/** What the server does with a sending: takes it, takes it and loses the answer, or refuses. */
type Deed = 'take' | 'take and cut' | 'cut' | { status: number; reason: string }

let deeds: Deed[]
let side: 'SUPPLY' | 'DEMAND'
/** No conversation can be asked for. */
let isAway: boolean
let taken: Map<string, Message>
let url: string
let close: () => void
const opened: Errands[] = []

beforeEach(async () => {
  deeds = []
  side = 'DEMAND'
  isAway = false
  taken = new Map()
  const server = createServer(async (request, response) => {
    if (request.method === 'GET') {
      if (isAway) return response.writeHead(503).end()
      response.end(JSON.stringify(conversationOf({ side })))
      return
    }
    let body = ''
    for await (const piece of request) body += piece
    const { text } = JSON.parse(body) as { text: string }
    const key = String(request.headers['idempotency-key'])
    const deed = deeds.shift() ?? 'take'
    if (deed === 'cut') return response.destroy()
    if (typeof deed === 'object') {
      response.writeHead(deed.status)
      response.end(JSON.stringify({ code: 9, message: 'no', details: [{ reason: deed.reason }] }))
      return
    }
    const message = taken.get(key) ?? messageOf(taken.size + 1, { mine: true, text })
    taken.set(key, message)
    if (deed === 'take and cut') return response.destroy()
    response.end(JSON.stringify(message))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  close = () => {
    server.closeAllConnections()
    server.close()
  }
})
afterEach(() => {
  for (const errands of opened.splice(0)) errands.stop()
  close()
})

const memory = (): Parameters<typeof createOutboxStorage>[0] => {
  const kept = new Map<string, string>()
  return {
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => kept.set(name, value),
    removeItem: (name) => kept.delete(name),
  }
}

interface Page {
  store: ChatStore
  sender: Sender
  /** Resolves when nothing waits any more. */
  idle: () => Promise<void>
}

/** One page of the tab, without pauses between its tries. */
function page(storage: OutboxStorage, now = Date.now): Page {
  const store = createChatStore()
  const errands = createErrands({ wait: () => Promise.resolve() })
  opened.push(errands)
  store.step({ kind: 'list', conversations: [conversationOf({ side })], cursor: null, askedAt: 0 })
  store.step({ kind: 'opened', id: ID })
  store.step({ kind: 'latest', id: ID, messages: [] })
  const sender = createSender({ request: createRequest({ base: url }), store, errands, storage, now })
  const isIdle = (): boolean => store.get().outbox.every(({ state }) => state === 'failed')
  return {
    store,
    sender,
    idle: () =>
      new Promise((resolve) => {
        if (isIdle()) return resolve()
        const end = store.subscribe(() => {
          if (!isIdle()) return
          end()
          resolve()
        })
      }),
  }
}

const shown = ({ store }: Page): (string | undefined)[] =>
  (store.get().timelines.get(ID)?.shown ?? []).map(({ text }) => text)

describe('what a person writes', () => {
  test('arrives in its order, each once, however often the connection breaks', async () => {
    deeds = ['cut', 'take and cut', 'take', { status: 503, reason: '' }, 'take and cut', 'take and cut']
    const chat = page(createOutboxStorage(memory(), ''))
    for (const text of ['one', 'two', 'three']) chat.sender.send(ID, { text })
    await chat.idle()
    expect(shown(chat)).toEqual(['one', 'two', 'three'])
    expect([...taken.values()].map(({ text }) => text)).toEqual(['one', 'two', 'three'])
  })

  test('that is refused says why, holds up nothing, and is sent again when the person wants it', async () => {
    deeds = [{ status: 412, reason: 'RECIPIENT_RESTRICTED' }]
    const chat = page(createOutboxStorage(memory(), ''))
    chat.sender.send(ID, { text: 'one' })
    chat.sender.send(ID, { text: 'two' })
    await chat.idle()
    const [refused] = chat.store.get().outbox
    expect(refused).toMatchObject({ state: 'failed', refusal: { reason: 'RECIPIENT_RESTRICTED' } })
    expect(shown(chat)).toEqual(['two'])
    chat.sender.retry(refused!.key)
    await chat.idle()
    expect(shown(chat)).toEqual(['two', 'one'])
  })

  test('survives a reload, and is not doubled by one that had lost its answer', async () => {
    const storage = createOutboxStorage(memory(), '')
    const before = page(storage)
    deeds = ['take and cut', ...Array<Deed>(3).fill('cut')]
    before.sender.send(ID, { text: 'one' })
    before.sender.send(ID, { text: 'two' })
    await new Promise<void>((resolve) => {
      before.store.subscribe(() => deeds.length === 0 && resolve())
    })
    for (const errands of opened.splice(0)) errands.stop()
    const after = page(storage)
    await after.sender.restore()
    await after.idle()
    expect([...taken.values()].map(({ text }) => text)).toEqual(['one', 'two'])
    expect(storage.load()).toEqual([])
  })

  test('on an earlier page goes before what this one writes, also when that is asked in vain at first', async () => {
    const storage = createOutboxStorage(memory(), '')
    const before = page(storage)
    deeds = Array<Deed>(3).fill('cut')
    before.sender.send(ID, { text: 'one' })
    await new Promise<void>((resolve) => {
      before.store.subscribe(() => deeds.length === 0 && resolve())
    })
    for (const errands of opened.splice(0)) errands.stop()
    isAway = true
    const after = page(storage)
    after.sender.send(ID, { text: 'two' })
    await expect(after.sender.restore()).rejects.toThrow()
    expect(storage.load()).toMatchObject([{ body: { text: 'one' } }, { body: { text: 'two' } }])
    isAway = false
    await after.sender.restore()
    await after.idle()
    expect([...taken.values()].map(({ text }) => text)).toEqual(['one', 'two'])
    expect(storage.load()).toEqual([])
  })

  test('is not sent by somebody else who logged in here meanwhile', async () => {
    const storage = createOutboxStorage(memory(), '')
    const before = page(storage)
    deeds = [{ status: 412, reason: 'RECIPIENT_RESTRICTED' }]
    before.sender.send(ID, { text: 'one' })
    await before.idle()
    side = 'SUPPLY'
    const other = page(storage)
    await other.sender.restore()
    expect(other.store.get().outbox).toEqual([])
    expect(taken.size).toBe(0)
  })

  test('and was refused leaves the tab with its person', async () => {
    const kept = memory()
    const before = page(createOutboxStorage(kept, ''))
    deeds = [{ status: 412, reason: 'RECIPIENT_RESTRICTED' }]
    before.sender.send(ID, { text: 'one' })
    await before.idle()
    const after = page(createOutboxStorage(kept, ''))
    after.sender.forget()
    expect(kept.getItem('charsu-outbox')).toBeNull()
  })

  test('of the day before, whose key the server has forgotten, waits for the person to decide', async () => {
    const kept = memory()
    const before = page(createOutboxStorage(kept, ''))
    deeds = ['take and cut', ...Array<Deed>(3).fill('cut')]
    before.sender.send(ID, { text: 'one' })
    await new Promise<void>((resolve) => {
      before.store.subscribe(() => deeds.length === 0 && resolve())
    })
    for (const errands of opened.splice(0)) errands.stop()
    const tomorrow = page(createOutboxStorage(kept, ''), () => Date.now() + 24 * 3_600_000)
    await tomorrow.sender.restore()
    await tomorrow.idle()
    expect(tomorrow.store.get().outbox).toMatchObject([
      { state: 'failed', refusal: { reason: 'KEY_EXPIRED' } },
    ])
    expect(taken.size).toBe(1)
  })
})

test('what somebody else put into the storage is passed over', () => {
  const store = memory()
  for (const value of ['{', '7', '[1, null, {"key": 1}]']) {
    store.setItem('charsu-outbox', value)
    expect(createOutboxStorage(store, '').load()).toEqual([])
  }
})
