import type { Exchange } from '../../api/development/story-shapes.ts'
import { codeOf, textCode } from './code-of-value.ts'
import { handlerOf } from './handler-of.ts'
import { noticeOf } from './notice-of.ts'

export interface SdkCodeOptions {
  /** Of this server. */
  origin: string
}

/** A method of the SDK's client that makes a call; `as` is who: the app by its key, or a user by a token too. */
interface Method {
  name: string
  as: 'app' | 'user'
  /** In the order of the method's parameters. */
  arguments: (call: Called) => unknown[]
}

interface Called {
  path: string
  query: URLSearchParams
  /** Undefined when there is none, or it is no JSON. */
  body: unknown
}

const lastPart = (path: string): string => decodeURIComponent(path.split('/').at(-1) ?? '')
const partBeforeLast = (path: string): string => decodeURIComponent(path.split('/').at(-2) ?? '')
const fieldOf = (body: unknown, name: string): unknown =>
  typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined

/** By their ids in the API description. */
const METHODS: Readonly<Record<string, Method>> = {
  ChatAPI_ConversationSendMessage: {
    name: 'sendMessage',
    as: 'user',
    arguments: ({ path, body }) => [partBeforeLast(path), body],
  },
  ChatAPI_ChatBotSendMessage: {
    name: 'sendChatbotMessage',
    as: 'app',
    arguments: ({ path, body }) => [partBeforeLast(path), body],
  },
  ChatAPI_ChatBotSendMessage2: {
    name: 'sendChatbotMessageToUser',
    as: 'user',
    arguments: ({ path, body }) => [partBeforeLast(path), body],
  },
  ChatAPI_GetConversation: { name: 'getConversation', as: 'user', arguments: ({ path }) => [lastPart(path)] },
  Events_RegisterEventSubscription: { name: 'subscribe', as: 'user', arguments: ({ body }) => [body] },
  Events_SendEvent: {
    name: 'sendEvent',
    as: 'user',
    arguments: ({ query, body }) => [noticeOf(query, body)],
  },
  Finder_GetUser: { name: 'getUser', as: 'user', arguments: () => [] },
  Finder_GetUserPosts: { name: 'listPosts', as: 'user', arguments: () => [] },
  Post_GetUserPost: { name: 'getUserPost', as: 'user', arguments: ({ path }) => [lastPart(path)] },
  Finder_GetPost: { name: 'getPost', as: 'app', arguments: ({ path }) => [lastPart(path)] },
  Finder_SearchPostV2: { name: 'searchPosts', as: 'app', arguments: ({ body }) => [body ?? {}] },
  Finder_GetUserIDByPhone: {
    name: 'getUserIdByPhone',
    as: 'app',
    arguments: ({ body }) => [fieldOf(body, 'phone') ?? fieldOf(body, 'phone_number') ?? ''],
  },
  ChatAPI_GenerateUploadToken: { name: 'createUploadToken', as: 'app', arguments: () => [] },
  Assets_GetOAuthScopes: { name: 'listScopes', as: 'app', arguments: () => [] },
  Assets_GetPermissions: { name: 'listPermissions', as: 'app', arguments: () => [] },
}

/** Older operations, and what the SDK does instead. */
const INSTEAD: Readonly<Record<string, string>> = {
  ChatAPI_SendMessageToPeer: 'user.sendMessage(conversationId, …)',
  Notify_RegisterPostConversations: "user.subscribe({ event_type: 'NEW_MESSAGE_ON_POST', … })",
  OAuth_GetAccessToken: 'OAuth.exchange(…)',
  OAuthToken: 'OAuth, which exchanges and renews tokens by itself',
  OAuthRevoke: 'OAuth.revoke(…)',
  Media_Upload: "charsu.upload('image', file)",
}

/** TypeScript that makes the same call with the SDK, or for a call to the app a handler that takes such a call. */
export function sdkCodeOf(exchange: Exchange, options: SdkCodeOptions): string {
  if (exchange.direction === 'to_app') return handlerOf(exchange)
  const { operation, request } = exchange
  const url = new URL(exchange.url, options.origin)
  const method = METHODS[operation ?? '']
  const hasToken = 'authorization' in request.headers || 'x-access-token' in request.headers
  if (!method) return fetchCode(exchange, url)
  const called = { path: url.pathname, query: url.searchParams, body: parsed(request.body) }
  const who =
    method.as === 'user' && (hasToken || method.name !== 'sendChatbotMessageToUser') ? 'user' : 'charsu'
  const given = method.arguments(called).map((each) => codeOf(each))
  return [
    `import { Client } from '@charsu/sdk'`,
    '',
    `const charsu = new Client({ apiKey: process.env.CHARSU_API_KEY ?? '', baseUrl: ${textCode(url.origin)} })`,
    ...(who === 'user' ? [`const user = charsu.as(process.env.CHARSU_ACCESS_TOKEN ?? '')`] : []),
    '',
    `console.log(await ${who}.${method.name}(${given.join(', ')}))`,
    '',
  ].join('\n')
}

const SECRET_HEADERS: Readonly<Record<string, string>> = {
  'x-api-key': `process.env.CHARSU_API_KEY ?? ''`,
  'x-access-token': `process.env.CHARSU_ACCESS_TOKEN ?? ''`,
  authorization: `'Bearer ' + (process.env.CHARSU_ACCESS_TOKEN ?? '')`,
}
/** Under the key of the original nothing new would be sent; the rest is of the one connection that it was. */
const NOT_SET = new Set([
  'host',
  'connection',
  'content-length',
  'accept-encoding',
  'transfer-encoding',
  'idempotency-key',
])

/** What the client has no method for. */
function fetchCode({ method, operation, request }: Exchange, url: URL): string {
  const instead = INSTEAD[operation ?? '']
  const headers = Object.entries(request.headers)
    .filter(([name]) => !NOT_SET.has(name.toLowerCase()) && !name.startsWith('sec-'))
    .map(
      ([name, value]) => `    ${textCode(name)}: ${SECRET_HEADERS[name.toLowerCase()] ?? textCode(value)},\n`,
    )
  return [
    instead === undefined
      ? '// The client of the SDK has no method for this call.'
      : `// The SDK has another form for this: ${instead}`,
    `const answer = await fetch(${textCode(url.href)}, {`,
    `  method: ${textCode(method)},`,
    `  headers: {\n${headers.join('')}  },`,
    ...(request.body === null || request.body === '' ? [] : [`  body: ${textCode(request.body)},`]),
    '})',
    'console.log(answer.status, await answer.text())',
    'export {}',
    '',
  ].join('\n')
}

function parsed(body: string | null): unknown {
  try {
    return body === null ? undefined : JSON.parse(body)
  } catch {
    return undefined
  }
}
