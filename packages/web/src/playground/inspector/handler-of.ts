import type { Exchange } from '../../api/development/story-shapes.ts'
import { codeOf, textCode } from './code-of-value.ts'

/** An app made with the SDK that takes such a call. */
export function handlerOf(exchange: Exchange): string {
  const body = bodyOf(exchange)
  const { handler, from } = snippetOf(exchange, body)
  return [
    `import { App, appSettings } from '@charsu/sdk'`,
    '',
    'const app = new App(appSettings(process.env))',
    '',
    ...from.map((line) => `// ${line}`),
    ...handler,
    '',
    'export default app',
    '',
  ].join('\n')
}

interface Snippet {
  /** What came, in a few words. */
  from: string[]
  handler: string[]
}

type Json = Readonly<Record<string, unknown>>

function snippetOf({ kind, url }: Exchange, body: Json): Snippet {
  if (kind === 'session' || (kind === 'trigger' && /session/.test(url))) return session(body)
  if (kind === 'action' || (kind === 'trigger' && /action/.test(url))) return action(body)
  return event(body)
}

const MESSAGE_KINDS: ReadonlySet<string> = new Set([
  'text',
  'image',
  'file',
  'voice',
  'video',
  'location',
  'contact',
])

function event(body: Json): Snippet {
  const chatbot = asObject(body.new_chatbot_message)
  const message = chatbot ?? asObject(body.new_message)
  if (body.type === 'POST_UPDATE') {
    return {
      from: ['A post changed.'],
      handler: [`app.on('post', (ctx) => {`, '  console.log(ctx.postToken, ctx.update)', '})'],
    }
  }
  if (!message) {
    return {
      from: [`An event of the type ${oneLine(body.type)}.`],
      handler: [`app.on('event', (ctx) => {`, '  console.log(ctx.kind, ctx.raw)', '})'],
    }
  }
  const prefix = chatbot ? 'chatbot' : 'message'
  const kind = String(message.type ?? '').toLowerCase()
  const isOfApp = JSON.stringify(message.sender ?? {}).includes('APP')
  const filter = isOfApp && !chatbot ? 'app_message' : MESSAGE_KINDS.has(kind) ? `${prefix}:${kind}` : prefix
  const said = typeof message.text === 'string' ? message.text : ''
  return {
    from: [
      chatbot ? 'Somebody wrote to the chatbot.' : 'Somebody wrote in a conversation about a post.',
      ...(said ? [`ctx.text was ${oneLine(said)}`] : []),
    ],
    handler: [
      `app.on(${textCode(filter)}, async (ctx) => {`,
      `  await ctx.say(${textCode(said ? `You said: ${said}` : 'Thank you')})`,
      '})',
    ],
  }
}

const action = (body: Json): Snippet => ({
  from: [`A button was pressed, whose data was ${oneLine(dataOf(body))}`],
  handler: [`app.on('action', (ctx) => {`, '  console.log(ctx.data)', `  ctx.toast('Done')`, '})'],
})

const session = (body: Json): Snippet => ({
  from: [`A page is to be opened, with the data ${oneLine(dataOf(body))}`],
  handler: [
    `app.on('session', (ctx) => {`,
    `  ctx.open('https://app.example/page?data=' + encodeURIComponent(JSON.stringify(ctx.data)))`,
    '})',
  ],
})

const dataOf = (body: Json): unknown => body.extra_data ?? body.data ?? {}

/** A line of comment holds no line break, and not too much. */
function oneLine(value: unknown): string {
  const code = codeOf(value ?? '').replace(/\s+/g, ' ')
  return code.length > 120 ? `${code.slice(0, 120)}…` : code
}

const asObject = (value: unknown): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined

function bodyOf({ request }: Exchange): Json {
  try {
    return asObject(JSON.parse(request.body ?? '')) ?? {}
  } catch {
    return {}
  }
}
