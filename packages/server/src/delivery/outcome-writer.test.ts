import { expect, test } from 'vitest'
import { released } from './attempt.ts'
import type { LeasedDelivery, LeaseOutcome } from './leased-delivery.ts'
import { OutcomeWriter } from './outcome-writer.ts'

const outcome = (deliveryId: number): LeaseOutcome =>
  released({ deliveryId, endpointId: 'e', content: null } as LeasedDelivery)

const ids = (batch: readonly LeaseOutcome[]) => batch.map(({ delivery }) => delivery.deliveryId)

function writer(finish: (ids: number[]) => Promise<void>) {
  const settled: number[] = []
  const refusals: string[] = []
  const states: string[] = []
  const created = new OutcomeWriter({
    finish: async (batch) => {
      await finish(ids(batch))
      return { written: ids(batch), next: [] }
    },
    onSettled: ({ delivery }) => settled.push(delivery.deliveryId),
    onNext() {},
    onReachable: () => states.push('up'),
    held: () => 0,
    onUnreachable: () => states.push('down'),
    log: { error: (_fields, message) => refusals.push(message) },
  })
  return { writer: created, settled, refusals, states }
}

test('what arrives while a batch is being written goes into the next one', async () => {
  const batches: number[][] = []
  const firstBegun = Promise.withResolvers<void>()
  const firstMayEnd = Promise.withResolvers<void>()
  const { writer: writes, settled } = writer(async (batch) => {
    batches.push(batch)
    firstBegun.resolve()
    await firstMayEnd.promise
  })
  writes.add(outcome(1))
  writes.add(outcome(2))
  await firstBegun.promise
  writes.add(outcome(3))
  writes.add(outcome(4))
  expect(settled).toEqual([])
  firstMayEnd.resolve()
  await writes.idle()
  expect(batches).toEqual([
    [1, 2],
    [3, 4],
  ])
  expect(settled).toEqual([1, 2, 3, 4])
})

test('while the database is away outcomes are kept, and written when it is back', async () => {
  let failures = 3
  const {
    writer: writes,
    settled,
    states,
  } = writer(async () => {
    if (failures-- > 0) throw new Error('Connection terminated unexpectedly')
  })
  writes.add(outcome(1))
  await writes.idle()
  expect(settled).toEqual([1])
  expect(states).toEqual(['down', 'down', 'down', 'up'])
  expect(writes.failing).toBe(false)
})

test('an outcome that the database refuses to store fails alone', async () => {
  const {
    writer: writes,
    settled,
    refusals,
  } = writer(async (batch) => {
    if (batch.includes(3)) throw Object.assign(new Error('invalid byte sequence'), { code: '22021' })
  })
  for (let id = 1; id <= 7; id++) writes.add(outcome(id))
  await writes.idle()
  expect(settled.toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7])
  expect(refusals).toHaveLength(1)
})

test('an abandoned writer stops trying', async () => {
  const tried = Promise.withResolvers<void>()
  const { writer: writes, settled } = writer(async () => {
    tried.resolve()
    throw new Error('Connection terminated unexpectedly')
  })
  writes.add(outcome(1))
  await tried.promise
  writes.abandon()
  await writes.idle()
  expect(settled).toEqual([])
})
