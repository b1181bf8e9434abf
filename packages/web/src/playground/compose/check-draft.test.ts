import { expect, test } from 'vitest'
import { checkDraft, SPEECHES } from './check-draft.ts'
import { exampleOf } from './example.ts'

const fields = (...args: Parameters<typeof checkDraft>) => checkDraft(...args).map(({ field }) => field)

test('every wrong field is found at once, at the place where it stands', () => {
  const draft = {
    message: ' ',
    receiver_buttons: {
      rows: [
        {
          buttons: [
            { caption: '', action: { open_direct_link: 'ftp://x' } },
            { caption: 'ok', action: {} },
          ],
        },
      ],
    },
  }
  expect(fields('message', draft)).toEqual([
    'message',
    'receiver_buttons.rows[0].buttons[0].action.open_direct_link',
    'receiver_buttons.rows[0].buttons[0].caption',
    'receiver_buttons.rows[0].buttons[1].action',
  ])
})

test('what raw JSON may hold is wrong where it is no text, and nothing is thrown', () => {
  expect(fields('message', { message: 7 })).toEqual(['message'])
  expect(fields('chatbot', { text_message: 'hi', buttons: 'x' })).toEqual(['buttons'])
  expect(fields('notice', { message: {} })).toEqual(['message'])
})

test('a notice follows its own rules', () => {
  expect(
    fields('notice', {
      message: 'x',
      primary_button: { title: 'abc', action: { open_direct_link: 'https://x.y' } },
    }),
  ).toEqual(['primary_button.title'])
  expect(fields('notice', { target_type: 'POST', message: 'x' })).toEqual(['target_resource_id'])
})

test('the example that the composer opens with can be sent as it is, in both languages', () => {
  for (const speech of SPEECHES) {
    for (const language of ['fa', 'en']) expect(checkDraft(speech, exampleOf(speech, language))).toEqual([])
  }
})
