import { expect, test } from 'vitest'
import type { Surroundings } from '../api/development/development-shapes.ts'
import { chosenApp, chosenScene, scenesByPost } from './scene.ts'

const person = (host_id: string) => ({
  host_id,
  name: host_id.toUpperCase(),
  locale: 'fa',
  developer: false,
  operator: false,
})
const here: Surroundings = {
  version: '1',
  url: 'http://localhost',
  people: [person('negar'), person('kamran'), person('emma')],
  posts: [{ token: 'flat', title: 'A flat', category: 'c', city: 'x', state: 'PUBLISHED', owner: 'kamran' }],
  conversations: [
    { id: 'one', post_token: 'flat', seller: 'kamran', buyer: 'negar' },
    { id: 'two', post_token: 'gone', seller: 'kamran', buyer: 'nobody' },
    { id: 'three', post_token: 'flat', seller: 'kamran', buyer: 'emma' },
  ],
  apps: ['a', 'demo-bot', 'z'],
}

test('the conversation asked for is shown, and the first where it is gone or none is asked for', () => {
  expect(chosenScene(here, 'three')?.buyer.name).toBe('EMMA')
  expect(chosenScene(here, 'gone')?.conversation.id).toBe('one')
  expect(chosenScene({ ...here, conversations: [] }, 'one')).toBeNull()
})

test('who or what is not among the first that are listed still has a name', () => {
  expect(chosenScene(here, 'two')).toMatchObject({ buyer: { name: 'nobody' }, post: null })
})

test('conversations stand together by post', () => {
  expect(scenesByPost(here).map(({ title, scenes }) => [title, scenes.length])).toEqual([
    ['A flat', 2],
    ['gone', 1],
  ])
})

test('the app asked for is chosen, then the bundled one, then any', () => {
  expect(chosenApp(here, 'z')).toBe('z')
  expect(chosenApp(here, null)).toBe('demo-bot')
  expect(chosenApp({ ...here, apps: ['b'] }, 'z')).toBe('b')
  expect(chosenApp({ ...here, apps: [] }, null)).toBeNull()
})
