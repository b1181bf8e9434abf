import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TemporaryFolder, temporaryFolder } from '../packages/server/testing/temporary-folder.ts'
import { waitFor } from '../packages/server/testing/wait-for.ts'
import { findSnippets } from '../scripts/snippets/find-snippets.ts'

/** docs/quick-start.md, followed to the letter by somebody who has run `npm ci`: its commands, its code, its promises. */

const CHECKOUT = join(import.meta.dirname, '..')
const PAGE = await readFile(join(CHECKOUT, 'docs/quick-start.md'), 'utf8')
const SNIPPETS = findSnippets('docs/quick-start.md', PAGE)
const [, MAKE, START] = SNIPPETS.filter(({ language }) => language === 'sh')
const CHANGED_BOT = SNIPPETS.find(
  ({ language, text }) => language === 'ts' && text.includes('export function createBot'),
)
const STEP_MS = 300_000

let folder: TemporaryFolder
let dev: Shell
let origin: string

/** A shell at work on one snippet; what it printed so far can be looked at. */
class Shell {
  output = ''
  readonly #child: ChildProcess
  readonly #closed: Promise<unknown>

  constructor(script: string, { cwd, env = {} }: { cwd: string; env?: Record<string, string> }) {
    // A group of its own, as in a terminal, where Ctrl+C reaches all of it.
    this.#child = spawn('sh', ['-ec', script], {
      cwd,
      env: { ...process.env, ...env },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#closed = once(this.#child, 'close')
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text
      })
    }
  }

  async done(): Promise<void> {
    await this.#closed
    if (this.#child.exitCode !== 0)
      throw new Error(`the commands ended with ${this.#child.exitCode}:\n${this.output}`)
  }

  /** The groups of the first match in what is printed. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    try {
      return await waitFor(() => pattern.exec(this.output), { timeoutMs: 120_000 })
    } catch (error) {
      throw new Error(`it did not print ${pattern}:\n${this.output}`, { cause: error })
    }
  }

  async interrupt(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.pid) process.kill(-this.#child.pid, 'SIGINT')
    await this.#closed
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

/** A person with a browser who opened the chat with the bot. */
async function openChat(person: string) {
  const login = await fetch(`${origin}/dev/login`, {
    method: 'POST',
    body: new URLSearchParams({ user: person }),
    redirect: 'manual',
  })
  const cookie = login.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const call = async <T>(path: string, body?: unknown): Promise<T> => {
    const response = await fetch(`${origin}${path}`, {
      headers: { cookie, ...(body !== undefined && { 'content-type': 'application/json', origin }) },
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    })
    const answer = (await response.json()) as T
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${JSON.stringify(answer)}`)
    return answer
  }
  const { id } = await call<{ id: string }>('/me/v1/chatbots/my-bot', {})
  const messages = async () => {
    const { messages } = await call<{ messages: ChatMessage[] }>(`/me/v1/conversations/${id}/messages`)
    return messages
  }
  return {
    messages,
    write: (text: string) => call(`/me/v1/conversations/${id}/messages`, { text }),
    /** The newest message, once it is the bot's and says this. */
    hears: (text: string) => waitFor(async () => (await messages()).find((message) => message.text === text)),
    click: (message: ChatMessage, place: { row: number; column: number }) =>
      call<{ toast?: string }>(`/me/v1/conversations/${id}/messages/${message.id}/click`, place),
  }
}

interface ChatMessage {
  id: string
  text?: string
  buttons?: { rows: { buttons: { caption: string }[] }[] }
}

const captions = ({ buttons }: ChatMessage): string[][] =>
  (buttons?.rows ?? []).map((row) => row.buttons.map(({ caption }) => caption))

beforeAll(async () => {
  folder = await temporaryFolder()
  const bot = join(folder.path, 'my-bot')
  await new Shell(MAKE!.text.replaceAll('../my-bot', bot), { cwd: CHECKOUT }).done()
  const [charsuPort, appPort] = [await freePort(), await freePort()]
  dev = new Shell(START!.text, { cwd: bot, env: { CHARSU_PORT: String(charsuPort), PORT: String(appPort) } })
  const [, address] = await dev.says(/(http:\/\/localhost:\d+)\/chat\/addon_my-bot +chat with my-bot/)
  origin = address!
  await dev.says(/my-bot listens at/)
}, STEP_MS)

afterAll(async () => {
  await dev?.interrupt()
  await folder?.[Symbol.asyncDispose]()
})

test(
  'the bot answers with a button, and a click on it with a toast',
  async () => {
    const chat = await openChat('negar')
    await chat.write('Hello')
    const answer = await chat.hears('You said: Hello')
    expect(captions(answer)).toEqual([['Click me']])
    expect(await chat.click(answer, { row: 0, column: 0 })).toMatchObject({
      toast: 'That was click number 1.',
    })
    await chat.hears('Clicks so far: 1')
  },
  STEP_MS,
)

test(
  'each step is seen in the terminal',
  async () => {
    await dev.says(/→ .*NEW_CHATBOT_MESSAGE/i)
    await dev.says(/← .*messages/i)
    await dev.says(/→ .*action/i)
  },
  STEP_MS,
)

test(
  'the bot that the page shows replaces it in the running chat: one’s own button answers',
  async () => {
    const file = join(folder.path, 'my-bot/bot.ts')
    const before = dev.output.length
    await writeFile(file, CHANGED_BOT!.text)
    await waitFor(() => dev.output.indexOf('my-bot listens at', before) > 0, { timeoutMs: 60_000 })
    const chat = await openChat('negar')
    expect((await chat.messages()).some(({ text }) => text === 'Clicks so far: 1')).toBe(true)
    await chat.write('Hello again')
    const answer = await chat.hears('Which day suits you?')
    expect(captions(answer)).toEqual([['Saturday', 'Sunday']])
    expect(await chat.click(answer, { row: 0, column: 1 })).toMatchObject({ toast: 'See you on Sunday.' })
  },
  STEP_MS,
)

test(
  'the new app’s own test and types pass',
  async () => {
    const bot = join(folder.path, 'my-bot')
    await writeFile(
      join(bot, 'bot.ts'),
      await readFile(join(CHECKOUT, 'packages/cli/templates/chatbot/bot.ts'), 'utf8'),
    )
    await new Shell('npm test && npm run types', { cwd: bot }).done()
  },
  STEP_MS,
)
