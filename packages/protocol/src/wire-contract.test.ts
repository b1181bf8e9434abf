import { readFileSync } from 'node:fs'
import * as Value from 'typebox/value'
import { expect, test } from 'vitest'
import { ChatbotMessageAnswer, chatbotMessageParser } from './chatbot-message.ts'
import { dynamicActionRequest, readDynamicAnswer } from './dynamic-action.ts'
import {
  NewChatbotMessageEvent,
  NewMessageEvent,
  PostUpdateEvent,
  UserAccessRevocationEvent,
} from './events.ts'
import { type GetConversationAnswer, getConversationAnswer } from './get-conversation.ts'
import { TokenAnswer } from './oauth.ts'
import { OlderMessageEvent } from './older-message-event.ts'
import { olderSendMessageParser } from './older-send-message.ts'
import { OlderTokenAnswer, olderTokenParser } from './older-token.ts'
import { isPermission } from './permissions.ts'
import { FinderPost, UserPost } from './posts.ts'
import { parseScopeList, SCOPE_NAMES } from './scopes.ts'
import { SearchPostsAnswer, searchPostsParser } from './search-posts.ts'
import { parseSendEvent } from './send-event.ts'
import { SendMessageAnswer, sendMessageParser } from './send-message.ts'
import { readSessionAnswer, sessionRequestV1, sessionRequestV2 } from './session-initialization.ts'
import { subscriptionParser } from './subscription.ts'

const TEXT = readFileSync(new URL('../../../docs/wire-contract.md', import.meta.url), 'utf8')

/** Examples by name: a comment names each, so that the reader is not bothered. */
const EXAMPLES = new Map(
  [...TEXT.matchAll(/<!-- example: ([\w-]+) -->\n```json\n(.*?)\n```/gs)].map(([, name, json]) => [
    name ?? '',
    JSON.parse(json ?? ''),
  ]),
)

const SELLER = 'yM4pX0hQ2rT8vN1cK7bLzA'
const BUYER = 'Jq5sW9dE3fG6hR0tY2uIoP'
const CONVERSATION = '62c8f7e0-5f0c-4f0e-9a52-0d5b6d9a7c11'
const PLACE = { postToken: 'gZk3xQ1a', conversationId: CONVERSATION }
const SESSION = {
  ...PLACE,
  source: 'CHAT_MESSAGE_ACTION',
  userId: SELLER,
  data: { visit: 17, do: 'change' },
  returnUrl: `https://charsu.example/completion?conversation=${CONVERSATION}`,
  userSide: 'SUPPLY',
  peerId: BUYER,
  supplierId: SELLER,
  demandId: BUYER,
} as const

/** The answer made of what the example says: nothing is in it that we would not send. */
const toConversation = ({ conversation, messages }: GetConversationAnswer): GetConversationAnswer =>
  getConversationAnswer(
    { id: conversation.id, postToken: conversation.post_token ?? null },
    messages.map(({ id, sender, sent_at: sentAt, text }) => ({
      id,
      side: sender.side ?? 'BUYER',
      byApp: sender.type === 'BOT',
      sentAt,
      text,
    })),
  )

const parsed = (result: { ok: boolean; violations?: unknown }) => (result.ok ? [] : result.violations)

test('every example in docs/wire-contract.md is what the code sends or takes', () => {
  const checks: Record<string, (example: never) => void> = {
    error: (example) => expect(example).toMatchObject({ code: 3, details: [{}, {}, { links: [{}] }] }),
    'send-message': (example) => expect(parsed(sendMessageParser.parse(example))).toEqual([]),
    'older-button': (example) => expect(parsed(sendMessageParser.parse(example))).toEqual([]),
    'send-answer': (example) => expect(Value.Errors(SendMessageAnswer, example)).toEqual([]),
    'session-v2': (example) => expect(sessionRequestV2(SESSION)).toEqual(example),
    'session-v1': (example) => expect(sessionRequestV1(SESSION)).toEqual(example),
    'session-answer': (example) =>
      expect(readSessionAnswer(JSON.stringify(example))).toMatchObject({ kind: 'open' }),
    'dynamic-action': (example) =>
      expect(
        dynamicActionRequest({
          ...PLACE,
          touchpoint: 'CHAT',
          userId: BUYER,
          userSide: 'DEMAND',
          data: { visit: 17 },
        }),
      ).toEqual(example),
    'dynamic-answer': (example) =>
      expect(readDynamicAnswer(JSON.stringify(example))).toMatchObject({
        kind: 'done',
        action: {},
        text: expect.any(String),
      }),
    subscription: (example) => expect(parsed(subscriptionParser.parse(example))).toEqual([]),
    'new-chatbot-message': (example) => expect(Value.Errors(NewChatbotMessageEvent, example)).toEqual([]),
    'chatbot-message': (example) => expect(parsed(chatbotMessageParser.parse(example))).toEqual([]),
    'chatbot-answer': (example) => expect(Value.Errors(ChatbotMessageAnswer, example)).toEqual([]),
    'get-conversation': (example: GetConversationAnswer) => expect(toConversation(example)).toEqual(example),
    'new-message': (example) => expect(Value.Errors(NewMessageEvent, example)).toEqual([]),
    revocation: (example) => expect(Value.Errors(UserAccessRevocationEvent, example)).toEqual([]),
    'send-event': (example) => expect(parsed(parseSendEvent({}, example))).toEqual([]),
    token: (example: TokenAnswer) => {
      expect(Value.Errors(TokenAnswer, example)).toEqual([])
      expect(parseScopeList(example.scope).ok).toBe(true)
    },
    'older-send': (example) => expect(parsed(olderSendMessageParser.parse(example))).toEqual([]),
    // Its parser needs a server's rules of where it may call.
    'older-subscription': (example) =>
      expect(Object.keys(example)).toEqual(['post_token', 'endpoint', 'identification_key']),
    'older-message': (example) => expect(Value.Errors(OlderMessageEvent, example)).toEqual([]),
    'older-token-request': (example) => expect(parsed(olderTokenParser.parse(example))).toEqual([]),
    'older-token': (example) => expect(Value.Errors(OlderTokenAnswer, example)).toEqual([]),
    'post-update': (example) => expect(Value.Errors(PostUpdateEvent, example)).toEqual([]),
    'user-post': (example) => expect(Value.Errors(UserPost, example)).toEqual([]),
    search: (example) => expect(parsed(searchPostsParser.parse(example))).toEqual([]),
    'search-answer': (example) => expect(Value.Errors(SearchPostsAnswer, example)).toEqual([]),
    post: (example) => expect(Value.Errors(FinderPost, example)).toEqual([]),
    // What limits calls is the server's: its own tests compare the answer.
    limit: (example) =>
      expect(example).toMatchObject({ code: 8, details: [{ metadata: {} }, { links: [{}] }] }),
  }
  expect([...EXAMPLES.keys()].toSorted()).toEqual(Object.keys(checks).toSorted())
  for (const [name, check] of Object.entries(checks)) check(EXAMPLES.get(name) as never)
})

test('the query string in docs/wire-contract.md means the same as the body beside it', () => {
  const [, url] = /```\n(POST \/experimental.*?)\n```/s.exec(TEXT) ?? []
  const query = Object.fromEntries(new URLSearchParams(url?.replaceAll(/\n\s*/g, '').split('?')[1]))
  const fromQuery = parseSendEvent(query, undefined)
  expect(fromQuery).toMatchObject({ ok: true })
  expect(fromQuery).toEqual(parseSendEvent({}, EXAMPLES.get('send-event')))
})

test('every scope and permission in the tables of docs/wire-contract.md exists', () => {
  const tables = TEXT.slice(TEXT.indexOf('| permission of a key'), TEXT.indexOf('A scope is written'))
  const [permissions = '', scopes = ''] = tables.split('| scope of a token')
  const named = (table: string) =>
    [...table.matchAll(/^\| (`.*?) \|/gm)].flatMap((row) =>
      [...(row[1] ?? '').matchAll(/`(\w+)`/g)].map((name) => name[1] ?? ''),
    )
  expect(named(permissions).filter((name) => !isPermission(name))).toEqual([])
  expect(named(scopes).filter((name) => !SCOPE_NAMES.some((known) => known === name))).toEqual([])
  expect([named(permissions).length, named(scopes).length]).toEqual([12, 15])
})
