import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testBed } from '@charsu/sdk/testing'
import { createBot } from './bot.ts'

test('the bot answers, and counts clicks', async () => {
  const bed = testBed(createBot)
  const user = bed.person()
  user.chatsWithApp()

  await user.says('Hello')
  assert.equal(user.sees.at(-1)?.text, 'You said: Hello')

  await user.taps('Click me')
  assert.equal(user.toasts.at(-1), 'That was click number 1.')
  assert.equal(user.sees.at(-1)?.text, 'Clicks so far: 1')
})
