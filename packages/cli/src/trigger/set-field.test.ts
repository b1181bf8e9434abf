import { NewMessageEvent, PostUpdateEvent } from '@charsu/protocol/events'
import { expect, test } from 'vitest'
import { CommandError } from '../command-error.ts'
import { findTrigger } from './find-trigger.ts'
import { setField } from './set-field.ts'

const place = {
  url: 'http://localhost:4400',
  conversationId: '11111111-1111-4111-8111-111111111111',
  postToken: 'flat',
  slug: 'app',
  newId: () => '22222222-2222-4222-8222-222222222222',
  now: 1_700_000_000_000,
}
const message = findTrigger('new-message').sample(place)
const set = (...assignments: string[]) =>
  assignments.reduce((body, assignment) => setField(NewMessageEvent, body, assignment), message)

function refusal(act: () => unknown): { message: string; hint: string | undefined; exitCode: number } {
  try {
    act()
  } catch (error) {
    if (error instanceof CommandError)
      return { message: error.message, hint: error.hint, exitCode: error.exitCode }
    throw error
  }
  throw new Error('it was taken')
}

test('text stays text, whatever it looks like, with = and lines in it', () => {
  expect(set('new_message.text=12')).toMatchObject({ new_message: { text: '12' } })
  expect(set('new_message.text=a=b\nc')).toMatchObject({ new_message: { text: 'a=b\nc' } })
  expect(set('new_message.text=')).toMatchObject({ new_message: { text: '' } })
})

test('numbers, choices and optional fields take what their kind takes, and the body before stays as it was', () => {
  const before = structuredClone(message)
  expect(set('new_message.sent_at=5', 'new_message.sender.side=SELLER')).toMatchObject({
    new_message: { sent_at: 5, sender: { side: 'SELLER' } },
  })
  expect(
    set('new_message.image_data={"link":"http://x/","size_bytes":1,"height_px":1,"width_px":1}'),
  ).toMatchObject({
    new_message: { image_data: { link: 'http://x/' } },
  })
  expect(message).toEqual(before)
})

test('data of the app takes anything: JSON where it is JSON, text otherwise, arrays by place or behind the last', () => {
  expect(
    set(
      'metadata.plan=gold',
      'metadata.n=3',
      'metadata.tags[0]=a',
      'metadata.tags[]=b',
      'metadata.tags[1]=c',
    ),
  ).toMatchObject({ metadata: { plan: 'gold', n: 3, tags: ['a', 'c'] } })
  expect(set('metadata.deep[].x=true')).toMatchObject({ metadata: { deep: [{ x: true }] } })
  expect(set('metadata.constructor=x', 'metadata.toString.a=1')).toMatchObject({
    metadata: { constructor: 'x', toString: { a: 1 } },
  })
})

test.each([
  ['new_message.txt=x', 'this event has no field new_message.txt', 'Did you mean new_message.text?'],
  ['text=x', 'this event has no field text', 'Did you mean new_message.text?'],
  [
    'sendr.side=x',
    'this event has no field sendr.side',
    expect.stringContaining('There are type, metadata, new_message'),
  ],
  ['new_message.text.deeper=x', 'this event has no field new_message.text.deeper', expect.anything()],
  ['new_message.text[0]=x', 'this event has no field new_message.text[0]', 'Did you mean new_message.text?'],
  [
    'new_message.sent_at=soon',
    expect.stringContaining('must be an integer, not text'),
    'Write a whole number, without quotes.',
  ],
  [
    'new_message.sent_at=1.5',
    expect.stringContaining('must be an integer, but is 1.5'),
    'Write a whole number, without quotes.',
  ],
  [
    'new_message.sender.side=BUYR',
    expect.stringContaining('cannot be "BUYR"'),
    expect.stringContaining('Did you mean "BUYER"?'),
  ],
  [
    'type=POST_UPDATE',
    expect.stringContaining('is always "NEW_MESSAGE" here'),
    expect.stringContaining('--list'),
  ],
  ['metadata=5', expect.stringContaining('metadata cannot be "5"'), expect.stringContaining('Write JSON')],
  ['metadata.__proto__.x=1', expect.stringContaining('__proto__'), expect.anything()],
  ['metadata.tags[3]=x', expect.stringContaining('leaves a gap'), expect.stringContaining('[0]')],
  ['metadata[0]=x', expect.stringContaining('no place of an array'), expect.anything()],
  ['metadata..x=1', expect.stringContaining('is no path'), expect.anything()],
  ['[0]=1', expect.stringContaining('is no path'), expect.anything()],
  ['new_message', expect.stringContaining('sets nothing'), expect.anything()],
  ['=x', expect.stringContaining('sets nothing'), expect.anything()],
])('%s is refused with what to write instead', (assignment, message, hint) => {
  expect(refusal(() => set(assignment))).toEqual({ message, hint, exitCode: 2 })
})

test('nothing reaches the prototype of all objects', () => {
  set('metadata.constructor.prototype.polluted=1')
  expect(({} as Record<string, unknown>).polluted).toBeUndefined()
})

test('fields of every branch of a union are known', () => {
  const retired = findTrigger('post-update:retire').sample(place)
  expect(setField(PostUpdateEvent, retired, 'post_update.post.token=other')).toMatchObject({
    post_update: { post: { token: 'other' } },
  })
  expect(setField(PostUpdateEvent, retired, 'post_update.post.data.title=x')).toMatchObject({
    post_update: { post: { data: { title: 'x' } } },
  })
})
