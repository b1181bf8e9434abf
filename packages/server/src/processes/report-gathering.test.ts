import { describe, expect, test } from 'vitest'
import { type Reporter, ReportGathering } from './report-gathering.ts'

type Report = Parameters<ReportGathering['told']>[1]

/** A process that has sent so many, and has so many under way. */
const report = (sent: number, busy = 1): Report =>
  [
    { name: 'sent_total', type: 'counter', values: [{ value: sent, labels: {} }] },
    { name: 'busy', type: 'gauge', values: [{ value: busy, labels: {} }] },
  ] as never

/** What all of them sent together, and have under way. */
function sumOf(reports: readonly Report[]): { sent: number; busy: number } {
  const sum = (wanted: string): number =>
    reports
      .flat()
      .filter(({ name }) => name === wanted)
      .flatMap(({ values }) => values)
      .reduce((total, { value }) => total + value, 0)
  return { sent: sum('sent_total'), busy: sum('busy') }
}

/** Reporters that answer when told to. */
function reporters(gathering: ReportGathering, count: number) {
  return Array.from({ length: count }, () => {
    const asked: number[] = []
    const reporter: Reporter = { ask: (id) => void asked.push(id) }
    return {
      reporter,
      answer: (sent: number) => gathering.answered(reporter, asked.at(-1) ?? 0, report(sent)),
    }
  })
}

function bed() {
  const gathering = new ReportGathering()
  const [first, second] = reporters(gathering, 2)
  const gather = async () => sumOf(await gathering.gather([first!.reporter, second!.reporter]))
  return { gathering, first: first!, second: second!, gather }
}

test('everybody’s report is there once all have answered, each counted once', async () => {
  const { gather, first, second } = bed()
  const gathered = gather()
  first.answer(1)
  first.answer(1)
  second.answer(10)
  expect(await gathered).toEqual({ sent: 11, busy: 2 })
})

test('whoever is gone is not waited for', async () => {
  const { gathering, gather, first, second } = bed()
  const gathered = gather()
  first.answer(1)
  gathering.gone(second.reporter)
  expect(await gathered).toEqual({ sent: 1, busy: 1 })
})

test('whoever does not answer is not waited for', async () => {
  const { gather, first, second } = bed()
  const gathered = gather()
  first.answer(1)
  expect(await gathered).toEqual({ sent: 1, busy: 1 })
  second.answer(10)
})

test('a process that has no siblings hears of none', async () => {
  expect(sumOf(await new ReportGathering().gather([]))).toEqual({ sent: 0, busy: 0 })
})

describe('what was counted once stays counted:', () => {
  test('of whoever does not answer this time', async () => {
    const { gathering, gather, first, second } = bed()
    gathering.told(second.reporter, report(10))
    const gathered = gather()
    first.answer(1)
    expect(await gathered).toEqual({ sent: 11, busy: 1 })
  })

  test('of whoever is gone, and of those who took the place and are gone too', async () => {
    const { gathering, gather, first, second } = bed()
    for (const sent of [10, 20]) {
      gathering.told(second.reporter, report(sent))
      gathering.gone(second.reporter)
    }
    const gathered = gather()
    first.answer(1)
    second.answer(5)
    expect(await gathered).toEqual({ sent: 36, busy: 2 })
  })

  test('of whoever answered and went before the others had answered, once', async () => {
    const { gathering, gather, first, second } = bed()
    const gathered = gather()
    second.answer(10)
    gathering.gone(second.reporter)
    first.answer(1)
    expect(await gathered).toEqual({ sent: 11, busy: 1 })
  })
})
