import { expect, test } from 'vitest'
import type { AppDetails } from '../../api/console/console-shapes.ts'
import { changesOf, draftOf, isWrong } from './settings-draft.ts'

const app: AppDetails = {
  slug: 'garden-help',
  display_name: 'Garden help',
  avatar_url: null,
  development: true,
  submitted_at: null,
  created_at: '2026-11-22T08:30:00.123Z',
  updated_at: '2026-11-22T08:30:00.123Z',
  description: '',
  redirect_uris: ['https://app.example/back'],
  events_url: 'https://app.example/events',
  session_initialization_url: null,
  session_initialization_version: 2,
  dynamic_action_url: null,
  identification_key_set: true,
  permissions: [],
  scopes: [],
  touchpoints: [],
  secrets: { oauth_client: [], webhook_signing: [] },
}

const rows = (...uris: string[]) => uris.map((uri, i) => ({ key: String(i), uri }))

test('what was not touched is not sent', () => {
  expect(changesOf(app, draftOf(app))).toEqual({})
})

test('what was changed is sent, an emptied address as an empty text, and rows left empty not at all', () => {
  const draft = {
    ...draftOf(app),
    events_url: '',
    identification_key: 'new-one',
    redirect_uris: rows('https://app.example/back', '', 'myapp://back'),
  }
  expect(changesOf(app, draft)).toEqual({
    events_url: '',
    identification_key: 'new-one',
    redirect_uris: ['https://app.example/back', 'myapp://back'],
  })
  expect(changesOf(app, { ...draftOf(app), redirect_uris: rows('https://app.example/back', '') })).toEqual({})
})

test('a draft that saving would refuse is known to be wrong', () => {
  expect(isWrong(draftOf(app))).toBe(false)
  expect(isWrong({ ...draftOf(app), redirect_uris: rows('', 'nowhere') })).toBe(true)
  expect(isWrong({ ...draftOf(app), display_name: '' })).toBe(true)
})
