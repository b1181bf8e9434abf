import fc from 'fast-check'
import { expect, test } from 'vitest'
import { GroupCommit, type GroupCommitOptions } from './group-commit.ts'

interface Item {
  id: number
  key?: string
  row?: string
}

type Options = GroupCommitOptions<Item, string>

const item = (id: number, more: Omit<Item, 'id'> = {}): Item => ({ id, ...more })
/** A monotonic clock that moves only when told. */
class HandClock {
  #ms = 0
  readonly now = (): number => this.#ms
  readonly monotonic = (): number => this.#ms
  advance(ms: number): void {
    this.#ms += ms
  }
}

const fails = (code: string): Error => Object.assign(new Error(code), { code })
const answersOf = (items: readonly Item[]): string[] => items.map(({ id }) => `answer ${id}`)

/** A group commit over a commit that each test scripts, and the calls that it made. */
function groupCommit(
  commit: (items: readonly Item[], call: number) => Promise<string[]> | string[],
  more: Partial<Options> = {},
) {
  const calls: (readonly Item[])[] = []
  const group = new GroupCommit<Item, string>({
    commit: async (items) => commit(items, calls.push(items)),
    conflictKey: ({ key }) => key ?? null,
    lockKey: ({ row, id }) => row ?? String(id),
    findLocked: async () => new Set<string>(),
    overloaded: () => new Error('overloaded'),
    locked: ({ id }) => new Error(`${id} is locked`),
    clock: new HandClock(),
    maxBatch: 256,
    maxWaitMs: 2_000,
    ...more,
  })
  const ids = (): number[][] => calls.map((items) => items.map(({ id }) => id))
  return { group, calls, ids, submit: (...items: Item[]) => items.map((each) => group.submit(each)) }
}

const reasons = async (promises: readonly Promise<string>[]): Promise<string[]> =>
  (await Promise.allSettled(promises)).map((each) =>
    each.status === 'fulfilled' ? each.value : (each.reason as Error).message,
  )

/** A commit that is under way until it is told to end. */
function barrier() {
  const begun = Promise.withResolvers<void>()
  const end = Promise.withResolvers<void>()
  return { begun, end }
}

test('what arrives while a commit is under way goes into the next one together, each item with its own answer', async () => {
  const first = barrier()
  const { ids, submit, group } = groupCommit(async (items, call) => {
    if (call === 1) {
      first.begun.resolve()
      await first.end.promise
    }
    return answersOf(items)
  })
  const early = submit(item(1), item(2))
  await first.begun.promise
  const late = submit(item(3), item(4), item(5))
  first.end.resolve()
  expect(await Promise.all([...early, ...late])).toEqual([1, 2, 3, 4, 5].map((id) => `answer ${id}`))
  await group.idle()
  expect(ids()).toEqual([
    [1, 2],
    [3, 4, 5],
  ])
})

test('a commit holds no more than the most items, in the order in which they came', async () => {
  const { ids, submit } = groupCommit(answersOf, { maxBatch: 2 })
  await Promise.all(submit(item(1), item(2), item(3), item(4), item(5)))
  expect(ids()).toEqual([[1, 2], [3, 4], [5]])
})

test('clients that wait for their answers end up in two crowds of one size, so that neither side waits for the other', async () => {
  const { calls, group } = groupCommit(async (items) => {
    await new Promise(setImmediate)
    return answersOf(items)
  })
  const client = async (id: number): Promise<void> => {
    for (let round = 0; round < 10; round++) await group.submit(item(id))
  }
  await Promise.all(Array.from({ length: 64 }, (_, id) => client(id)))
  const sizes = calls.map((items) => items.length)
  expect(sizes.reduce((sum, size) => sum + size)).toBe(640)
  // The first and the last rounds are those of a crowd that forms and one that ends.
  expect(sizes.slice(6, 16).filter((size) => size < 20 || size > 44)).toEqual([])
})

test('two items of one key never share a commit', async () => {
  const { ids, submit } = groupCommit(answersOf)
  await Promise.all(submit(item(1, { key: 'a' }), item(2, { key: 'a' }), item(3), item(4, { key: 'b' })))
  expect(ids()).toEqual([[1, 3, 4], [2]])
})

test('bad items fail alone, whatever their number and place', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }), async (bad) => {
      const { submit } = groupCommit((items) => {
        if (items.some(({ id }) => bad[id])) throw fails('22021')
        return answersOf(items)
      })
      const said = await reasons(submit(...bad.map((_, id) => item(id))))
      expect(said).toEqual(bad.map((isBad, id) => (isBad ? '22021' : `answer ${id}`)))
    }),
  )
})

test.each(['57P01', '08006', '40P01', 'ECONNRESET'])(
  'a commit that ended with %s is repeated with the identical items, without those that came since',
  async (code) => {
    const { calls, ids, submit } = groupCommit((items, call) => {
      if (call > 1) return answersOf(items)
      late.push(...submit(item(3)))
      throw fails(code)
    })
    const late: Promise<string>[] = []
    await Promise.all(submit(item(1), item(2)))
    await Promise.all(late)
    expect(ids()).toEqual([[1, 2], [1, 2], [3]])
    expect(calls[1]![0]).toBe(calls[0]![0])
  },
)

test('a database that stays away is asked a few times for the whole batch, never for each part of it', async () => {
  const { ids, submit } = groupCommit(() => {
    throw fails('ECONNREFUSED')
  })
  expect(await reasons(submit(item(1), item(2), item(3)))).toEqual(Array(3).fill('ECONNREFUSED'))
  expect(ids()).toEqual(Array(6).fill([1, 2, 3]))
})

test('a database that takes long to fail is not asked again and again', async () => {
  const clock = new HandClock()
  const { ids, submit } = groupCommit(
    () => {
      clock.advance(3_000)
      throw new Error('timeout exceeded when trying to connect')
    },
    { clock },
  )
  expect(await reasons(submit(item(1)))).toEqual(['timeout exceeded when trying to connect'])
  expect(ids()).toEqual([[1], [1]])
})

test('a statement that the database cut off for its length is not cut off again for each part of the batch', async () => {
  const clock = new HandClock()
  const { ids, submit } = groupCommit(
    () => {
      clock.advance(30_000)
      throw fails('57014')
    },
    { clock },
  )
  expect(await reasons(submit(item(1), item(2), item(3)))).toEqual(Array(3).fill('57014'))
  expect(ids()).toEqual([[1, 2, 3]])
})

test('what waits too long is refused, also while a commit hangs; the commit itself goes on', async () => {
  const clock = new HandClock()
  const hanging = barrier()
  const { submit } = groupCommit(
    async (items) => {
      hanging.begun.resolve()
      await hanging.end.promise
      return answersOf(items)
    },
    { clock },
  )
  const [first] = submit(item(1))
  await hanging.begun.promise
  const waiting = submit(item(2), item(3))
  clock.advance(2_000)
  expect(await reasons(waiting)).toEqual(['overloaded', 'overloaded'])
  hanging.end.resolve()
  expect(await first).toBe('answer 1')
})

test('an item whose lock is held by somebody else stands aside, with all others of its key, until it is free', async () => {
  const clock = new HandClock()
  const locked = new Set(['hot'])
  const { ids, submit } = groupCommit(
    (items) => {
      if (items.some(({ row }) => locked.has(row ?? ''))) throw fails('55P03')
      return answersOf(items)
    },
    { clock, findLocked: async (keys) => new Set(keys.filter((key) => locked.has(key))) },
  )
  const [held, ...others] = submit(item(1, { row: 'hot' }), item(2), item(3))
  expect(await Promise.all(others)).toEqual(['answer 2', 'answer 3'])
  const [heldToo, other] = submit(item(4, { row: 'hot' }), item(5))
  expect(await other).toBe('answer 5')
  expect(ids()).toEqual([[1, 2, 3], [2, 3], [5]])
  locked.clear()
  clock.advance(1_000)
  expect(await Promise.all([held, heldToo])).toEqual(['answer 1', 'answer 4'])
  expect(ids().at(-1)).toEqual([1, 4])
})

test('who waits too long for a lock is told so', async () => {
  const clock = new HandClock()
  const { submit, group } = groupCommit(
    () => {
      clock.advance(2_000)
      throw fails('55P03')
    },
    { clock, findLocked: async (keys) => new Set(keys) },
  )
  expect(await reasons(submit(item(1, { row: 'hot' })))).toEqual(['1 is locked'])
  await group.idle()
})

test('idle resolves only when nothing is waiting or under way', async () => {
  const first = barrier()
  const done: string[] = []
  const { submit, group } = groupCommit(async (items, call) => {
    if (call === 1) {
      first.begun.resolve()
      await first.end.promise
    }
    done.push(...answersOf(items))
    return answersOf(items)
  })
  await group.idle()
  const all = submit(item(1))
  await first.begun.promise
  all.push(...submit(item(2)))
  const idle = group.idle()
  first.end.resolve()
  await idle
  expect(done).toEqual(['answer 1', 'answer 2'])
  await Promise.all(all)
})

test('while items keep coming the next commit gathers them, and goes when no more come', async () => {
  const first = barrier()
  const { ids, submit } = groupCommit(
    async (items, call) => {
      if (call === 1) {
        first.begun.resolve()
        await first.end.promise
      }
      return answersOf(items)
    },
    { gatherMs: 1_000_000 },
  )
  const answers = submit(item(0))
  await first.begun.promise
  answers.push(...submit(item(1), item(2)))
  first.end.resolve()
  await answers[0]
  // The second commit is gathering by now; with a hand-moved clock only a lull can end that.
  answers.push(...submit(item(3)))
  await Promise.all(answers)
  expect(ids()).toEqual([[0], [1, 2, 3]])
})

test('many do not wait for company, and neither does who is alone', async () => {
  const { ids, submit } = groupCommit((items) => answersOf(items), { gatherMs: 1_000_000, maxBatch: 64 })
  for (const id of [-2, -1]) await Promise.all(submit(item(id)))
  await Promise.all(submit(...Array.from({ length: 64 }, (_, id) => item(id))))
  expect(ids().slice(0, 2)).toEqual([[-2], [-1]])
  expect(ids().flat()).toHaveLength(66)
})
