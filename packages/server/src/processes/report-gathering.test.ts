import { expect, test } from 'vitest'
import { type Reporter, ReportGathering } from './report-gathering.ts'

const metric = (name: string) => [{ name }] as never

/** Reporters that answer when told to. */
function reporters(gathering: ReportGathering, count: number) {
  return Array.from({ length: count }, (_, i) => {
    const asked: number[] = []
    const reporter: Reporter = { ask: (id) => void asked.push(id) }
    return { reporter, answer: () => gathering.answered(reporter, asked.at(-1) ?? 0, metric(`of ${i}`)) }
  })
}

test('everybody’s report is there once all have answered, each counted once', async () => {
  const gathering = new ReportGathering()
  const asked = reporters(gathering, 2)
  const gathered = gathering.gather(asked.map(({ reporter }) => reporter))
  asked[0]?.answer()
  asked[0]?.answer()
  asked[1]?.answer()
  expect(await gathered).toEqual([metric('of 0'), metric('of 1')])
})

test('whoever is gone is not waited for', async () => {
  const gathering = new ReportGathering()
  const [first, second] = reporters(gathering, 2)
  const gathered = gathering.gather([first!.reporter, second!.reporter])
  first!.answer()
  gathering.gone(second!.reporter)
  expect(await gathered).toEqual([metric('of 0')])
})

test('whoever does not answer is left out', async () => {
  const gathering = new ReportGathering()
  const [first, second] = reporters(gathering, 2)
  const gathered = gathering.gather([first!.reporter, second!.reporter])
  first!.answer()
  expect(await gathered).toEqual([metric('of 0')])
  second!.answer()
})

test('a process that has no siblings hears of none', async () => {
  expect(await new ReportGathering().gather([])).toEqual([])
})
