import { expect } from 'vitest'
import { addToken, createWorld, type World } from '../authorisation/world.ts'
import { complaintsAbout } from './complaints.ts'
import { type RawAnswer, sendBytes } from './raw-http.ts'

export const JSON_TYPE = 'Content-Type: application/json'
/** An operation for a key and a token, which answers 200 to the bed's credentials. */
export const USERS = '/v1/open-platform/users'

/** A server, and credentials with which an app reads its user and sends into a conversation. */
export interface RequestBed extends AsyncDisposable {
  world: World
  /** Where messages go; `{"message": "x"}` is one. */
  sendPath: string
  /** Header lines. */
  credentials: readonly string[]
  token: string
  /** Status, code and reason; an answer that breaks a rule of every answer fails the test. */
  answerTo(bytes: string | Buffer, hangUp?: boolean): Promise<string>
}

export async function openRequestBed(): Promise<RequestBed> {
  const world = await createWorld()
  const { conversationId, seller } = world.party
  const token = await addToken(world, world.app, seller, {
    scopes: [`CONVERSATION_SEND_MESSAGE.${conversationId}`, 'USER_ID'],
  })
  return {
    world,
    sendPath: `/v2/open-platform/conversations/${conversationId}/messages`,
    credentials: [`X-Api-Key: ${world.app.key}`, `Authorization: Bearer ${token}`],
    token,
    async answerTo(bytes, hangUp) {
      const answer = await sendBytes(world.node.url, bytes, hangUp)
      expect(complaintsAbout(answer, [world.app.key, token, world.node.hostKey])).toEqual([])
      return answer ? summary(answer) : ''
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  }
}

function summary({ status, text, headers }: RawAnswer): string {
  if (status < 400 || text === '' || !headers.get('content-type')?.startsWith('application/json')) {
    return String(status)
  }
  const { code, error, details } = JSON.parse(text) as {
    code?: number
    error?: string
    details?: { reason?: string }[]
  }
  return [status, code ?? error, details?.find(({ reason }) => reason)?.reason].filter(Boolean).join(' ')
}
