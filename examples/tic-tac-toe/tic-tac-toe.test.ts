import { type Person, testBed } from '@charsu/sdk/testing'
import { expect, test } from 'vitest'
import { createTicTacToe } from './tic-tac-toe.ts'

async function startGame(language: 'بازی به فارسی' | 'Play in English') {
  const bed = testBed(createTicTacToe)
  const negar = bed.person({ name: 'Negar' }).chatsWithApp()
  await negar.says('سلام')
  await negar.taps(language)
  return { bed, negar }
}

const board = (person: Person): string[][] | undefined => person.sees.at(-1)?.buttons

test('a board is nine buttons, in the digits of the person’s language', async () => {
  const { negar } = await startGame('بازی به فارسی')
  expect(board(negar)).toEqual([
    ['۱', '۲', '۳'],
    ['۴', '۵', '۶'],
    ['۷', '۸', '۹'],
  ])
  await negar.taps('۵')
  expect(board(negar)?.flat()).toContain('⭕')
  expect(board(negar)?.[1]?.[1]).toBe('❌')
})

test('a game goes to its end, and on to the next one', async () => {
  const { negar } = await startGame('Play in English')
  await negar.taps('1')
  expect(board(negar)?.[1]?.[1]).toBe('⭕')
  await negar.taps('2')
  await negar.taps('4')
  expect(negar.sees.at(-1)?.text).toBe('I win this time.\n❌ ❌ ⭕\n❌ ⭕ ➖\n⭕ ➖ ➖')
  await negar.taps('Once more')
  expect(board(negar)?.flat()).toEqual([...'123456789'])
})

test('a taken cell, an old board and a second tap are answered with a toast, and nothing is sent', async () => {
  const { negar } = await startGame('Play in English')
  await negar.taps('5')
  const seen = negar.sees.length
  await negar.taps('❌')
  await negar.taps('5')
  expect(negar.toasts).toEqual(['This cell is taken.', 'This board is old. Play on the last one.'])
  expect(negar.sees).toHaveLength(seen)
})

test('two cells of one board tapped at once count as one', async () => {
  const { negar } = await startGame('Play in English')
  const seen = negar.sees.length
  await Promise.all([negar.taps('1'), negar.taps('9')])
  expect(negar.toasts).toEqual(['This board is old. Play on the last one.'])
  expect(negar.sees).toHaveLength(seen + 1)
})

test('boards of an earlier game are old', async () => {
  const { negar } = await startGame('Play in English')
  await negar.says('Again')
  await negar.taps('بازی به فارسی')
  await negar.taps('1')
  expect(negar.toasts).toEqual(['This board is old. Play on the last one.'])
})

test('after a restart the game goes on, for the buttons carry it', async () => {
  let start = (): void => {}
  const bed = testBed((settings) => {
    let app = createTicTacToe(settings)
    start = () => {
      app = createTicTacToe(settings)
    }
    return (request) => app.fetch(request)
  })
  const negar = bed.person().chatsWithApp()
  await negar.says('hello')
  await negar.taps('Play in English')
  await negar.taps('1')
  start()
  await negar.taps('2')
  expect(negar.toasts).toEqual([])
  expect(board(negar)?.[0]).toEqual(['❌', '❌', '⭕'])
})

test('a board whose answer could not be sent can be tapped again', async () => {
  let isAway = false
  const bed = testBed(
    (settings) => {
      const away = async () => new Response('', { status: 503, headers: { 'retry-after': '3600' } })
      return createTicTacToe({
        ...settings,
        fetch: (request) => (isAway ? away() : settings.fetch(request)),
      })
    },
    { tolerant: true },
  )
  const negar = bed.person().chatsWithApp()
  await negar.says('hello')
  await negar.taps('Play in English')
  isAway = true
  await negar.taps('1')
  isAway = false
  await negar.taps('1')
  expect(negar.toasts).toEqual([])
  expect(board(negar)?.[0]?.[0]).toBe('❌')
})
