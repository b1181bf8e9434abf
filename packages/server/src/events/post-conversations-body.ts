import { identificationKeyFault } from '@charsu/protocol/identification-key'
import { postTokenFault } from '@charsu/protocol/identifiers'
import { normalizer, type Parser, type Report } from '@charsu/protocol/parse'
import * as Type from 'typebox'
import { type CallRules, checkAppUrl, MAX_URL_LENGTH } from '../outbound/check-url.ts'

/** An older subscription to the conversations of one post, read. */
export interface PostConversationsRequest {
  postToken: string
  endpoint: string
  identificationKey: string
}

const Body = Type.Object({
  post_token: Type.Optional(Type.String({ description: 'a post of the token’s user' })),
  endpoint: Type.Optional(Type.String({ description: 'where the messages are sent' })),
  identification_key: Type.Optional(
    Type.String({
      description: 'sent in Authorization with each of them: 1 to 200 visible ASCII characters',
    }),
  ),
})

/**
 * Reads `POST /v1/open-platform/notify/chat/post-conversations` (wire contract §4). Its URL keeps the rules of an
 * app's events URL; what a name in it resolves to is judged at every call.
 */
export const postConversationsParser = (rules: CallRules): Parser<PostConversationsRequest> =>
  normalizer(Body, (value, report) => ({
    postToken: read(value, 'post_token', postTokenFault, report),
    endpoint: read(value, 'endpoint', (url) => urlFault(url, rules), report),
    identificationKey: read(value, 'identification_key', identificationKeyFault, report),
  }))

function urlFault(url: string, rules: CallRules): string | undefined {
  const check = checkAppUrl(url, rules)
  if (!check.ok) return check.reason
  // It is part of an index, which takes no longer entries; a URL outside of ASCII is longer than it looks.
  const bytes = Buffer.byteLength(url)
  return bytes > MAX_URL_LENGTH
    ? `the URL has ${bytes} bytes; at most ${MAX_URL_LENGTH} are allowed: shorten it`
    : undefined
}

/** Values of a wrong type pass through: the schema complains about those. */
function read(
  value: unknown,
  name: string,
  faultOf: (text: string) => string | undefined,
  report: Report,
): string {
  const text = (value as Record<string, unknown>)[name] ?? ''
  if (typeof text !== 'string') return ''
  const fault = text === '' ? 'is required' : faultOf(text)
  if (fault) report(name, fault)
  return text
}
