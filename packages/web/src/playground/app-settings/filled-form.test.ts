import { expect, test } from 'vitest'
import type { DevelopmentApp } from '../../api/development/development-shapes.ts'
import { changesOf, fill } from './filled-form.ts'

const app: DevelopmentApp = {
  slug: 'bot',
  display_name: 'Bot',
  client_id: 'bot',
  client_secret: 's',
  api_key: 'k',
  identification_key: null,
  webhook_secret: 'w',
  url: 'http://localhost:3000',
  events_url: 'http://localhost:3000/charsu/events',
  session_initialization_url: null,
  session_version: 2,
  dynamic_action_url: null,
  redirect_uris: ['http://a/', 'http://b/'],
  host_header: null,
  chat_url: '/chat/addon_bot',
  created: false,
}

test('only what was changed is sent, so that nothing else moves', () => {
  const filled = fill(app)
  expect(changesOf(filled, filled)).toEqual({})
  expect(changesOf(filled, { ...filled, url: 'http://localhost:4000 ' })).toEqual({
    url: 'http://localhost:4000',
  })
})

test('lines are redirect URIs, the version is a number, an emptied address is taken away', () => {
  const filled = fill(app)
  const after = { ...filled, redirect_uris: ' http://a/ \n\nhttp://c/', session_version: '1', events_url: '' }
  expect(changesOf(filled, after)).toEqual({
    redirect_uris: ['http://a/', 'http://c/'],
    session_version: 1,
    events_url: '',
  })
})
