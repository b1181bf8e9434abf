import { expect, test } from 'vitest'
import { curlOf } from '../inspector/curl-of.ts'
import { sdkCodeOf } from '../inspector/sdk-code-of.ts'
import { SPEECHES } from './check-draft.ts'
import { exampleOf } from './example.ts'
import { sameCall } from './same-call.ts'

const at = { origin: 'http://localhost:4400' }
const call = (speech: (typeof SPEECHES)[number]) =>
  sameCall({ speech, app: 'bot', conversationId: 'c1', body: exampleOf(speech, 'en') })

test('a message is sent in the same words by curl and by the SDK', () => {
  const curl = curlOf(call('message'), at)
  expect(curl).toContain('http://localhost:4400/v2/open-platform/conversations/c1/messages')
  expect(curl).toContain('"receiver_buttons"')
  expect(sdkCodeOf(call('message'), at)).toContain('user.sendMessage(')
})

test('a chatbot speaks by its key alone, a notice needs a token', () => {
  expect(Object.keys(call('chatbot').request.headers)).not.toContain('authorization')
  expect(sdkCodeOf(call('chatbot'), at)).toContain('charsu.sendChatbotMessage(')
  expect(sdkCodeOf(call('notice'), at)).toContain('user.sendEvent(')
})

test('no secret is copied along', () => {
  for (const speech of SPEECHES) {
    expect(Object.values(call(speech).request.headers).join(' ')).not.toMatch(/c[ka]_[A-Za-z0-9]/)
  }
})
