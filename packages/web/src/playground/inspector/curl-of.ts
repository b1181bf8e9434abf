import type { Exchange } from '../../api/development/story-shapes.ts'
import {
  ACCESS_TOKEN,
  API_KEY,
  CLIENT_SECRET,
  IDENTIFICATION_KEY,
  type Parts,
  partsOf,
  type Secret,
  secretsOf,
  shellWord,
  WEBHOOK_SECRET,
} from './shell-text.ts'
import { SIGNED_HEADERS, SIGNED_WORDS, signingLines } from './sign-in-shell.ts'

/** Made by curl itself, or of the one connection that it was. */
const OF_THE_CONNECTION = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'accept-encoding',
  'keep-alive',
  'expect',
  'upgrade',
  'te',
  'trailer',
])

/** Under it the message was sent: once more under it, nothing would be. */
const OF_THE_ORIGINAL = 'idempotency-key'

const ELLIPSIS = '…'

export interface CurlOptions {
  /** Of this server, under which apps call it. */
  origin: string
}

/**
 * A command of a POSIX shell that makes the call once more: complete, but for what was shortened or cut when it was
 * recorded, which the comments in front of it name.
 */
export function curlOf(exchange: Exchange, { origin }: CurlOptions): string {
  const url = exchange.direction === 'from_app' ? new URL(exchange.url, origin).href : exchange.url
  const isSigned = exchange.direction === 'to_app' && 'webhook-signature' in exchange.request.headers
  const headers = headersOf(exchange).filter(
    ({ name }) => !(isSigned && SIGNED_HEADERS.has(name.toLowerCase())),
  )
  const body = bodyOf(exchange)
  const secrets = [
    ...partsOf(url),
    ...headers.flatMap(({ value }) => value),
    ...body,
    ...(isSigned ? [WEBHOOK_SECRET] : []),
  ]
  const lines = [
    // Brackets in a URL are no patterns.
    `curl --globoff --include --request ${exchange.method} ${shellWord(partsOf(url))}`,
    ...headers.map(({ name, value }) => `  --header ${headerWord(name, value)}`),
    ...(isSigned ? SIGNED_WORDS : []),
    ...(isSigned ? [`  --data-raw "$body"`] : body.length > 0 ? [`  --data-raw ${shellWord(body)}`] : []),
  ]
  return [
    ...commentsOf(exchange, secretsOf(secrets)),
    ...(isSigned ? signingLines(exchange.request.headers['webhook-id'] ?? '', shellWord(body)) : []),
    lines.join(' \\\n'),
  ].join('\n')
}

interface Header {
  name: string
  value: Parts
}

const headersOf = ({ request, direction }: Exchange): Header[] =>
  Object.entries(request.headers).flatMap(([name, value]) => {
    const low = name.toLowerCase()
    // Of a body that is not known nothing is to be said.
    if (OF_THE_CONNECTION.has(low) || (low === 'content-type' && request.body === null)) return []
    if (low === OF_THE_ORIGINAL && direction === 'from_app') return []
    return [{ name, value: partsOfValue(low, value, direction) }]
  })

function partsOfValue(name: string, value: string, direction: Exchange['direction']): Parts {
  if (!value.endsWith(ELLIPSIS)) return partsOf(value)
  if (name === 'x-api-key') return [API_KEY]
  if (name === 'x-access-token') return [ACCESS_TOKEN]
  if (name !== 'authorization') return partsOf(value)
  if (direction === 'to_app') return [IDENTIFICATION_KEY]
  const [scheme = ''] = /^(?:bearer|basic) +/i.exec(value) ?? []
  const isBasic = /^basic/i.test(scheme)
  return [
    ...(scheme ? [scheme] : []),
    isBasic ? CLIENT_BASIC : (secretsOf(partsOf(value))[0] ?? ACCESS_TOKEN),
  ]
}

const CLIENT_BASIC: Secret = {
  variable: 'CHARSU_CLIENT_BASIC',
  what: 'client_id:client_secret in base64',
}

/** A header without a value has a form of its own; `Name:` would take it away. */
const headerWord = (name: string, value: Parts): string =>
  value.length === 0 ? shellWord([`${name};`]) : shellWord(joined([`${name}: `, ...value]))

/** Texts that stand side by side are one. */
function joined(parts: Parts): Parts {
  const one: (string | Secret)[] = []
  for (const part of parts) {
    const last = one.at(-1)
    if (typeof last === 'string' && typeof part === 'string') one.splice(-1, 1, last + part)
    else one.push(part)
  }
  return one
}

/** In OAuth's bodies secrets of any form are shortened, by the names of their fields. */
const OF_FIELD: Readonly<Record<string, Secret>> = {
  client_secret: CLIENT_SECRET,
  code: { variable: 'CHARSU_CODE', what: 'an authorization code' },
  code_verifier: { variable: 'CHARSU_CODE_VERIFIER', what: 'the PKCE verifier of the code' },
  refresh_token: { variable: 'CHARSU_REFRESH_TOKEN', what: 'the refresh token of the user’s consent' },
  token: { variable: 'CHARSU_TOKEN', what: 'the token to revoke' },
}
const FIELD = /((?:^|[&"])(client_secret|code|code_verifier|refresh_token|token)(?:=|"\s*:\s*"))([^&"]*…)/

function bodyOf({ request, url, direction }: Exchange): Parts {
  const text = request.body ?? ''
  const isOAuth = direction === 'from_app' && /\/oauth/.test(url)
  return isOAuth ? oauthParts(text) : partsOf(text)
}

function oauthParts(text: string): Parts {
  const found = FIELD.exec(text)
  if (!found) return partsOf(text)
  const [whole, before = '', field = ''] = found
  const secret = OF_FIELD[field] as Secret
  return joined([
    ...partsOf(text.slice(0, found.index)),
    before,
    secret,
    ...oauthParts(text.slice(found.index + whole.length)),
  ])
}

function commentsOf({ request, direction, url }: Exchange, secrets: readonly Secret[]): string[] {
  const byName = new Map(secrets.map((secret) => [secret.variable, secret]))
  return [
    ...(byName.size > 0 ? ['# Secrets are shortened when they are recorded. Set these first:'] : []),
    ...[...byName.values()].map(({ variable, what }) => `#   export ${variable}=…  # ${what}`),
    ...(request.truncated ? ['# The body went on: only its first 16 KiB are kept.'] : []),
    ...(direction === 'from_app' && url.startsWith('/upload/') ? ['# The file is not kept.'] : []),
  ]
}
