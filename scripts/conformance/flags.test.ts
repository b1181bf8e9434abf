import { describe, expect, it } from 'vitest'
import { FlagError, readFlags } from './flags.ts'

const read = (...args: string[]) => readFlags(args, () => 42)

describe('flags of the run', () => {
  it('without any: the published description, 10,000 requests, a seed of its own', () => {
    expect(read()).toEqual({ verbose: false, surface: 'public', fuzz: 10_000, seed: 42 })
  })

  it('set count, seed and surface', () => {
    expect(read('--fuzz', '5', '--seed=-7', '--surface', 'own', '--verbose')).toMatchObject({
      verbose: true,
      surface: 'own',
      fuzz: 5,
      seed: -7,
    })
    expect(read('--surface', 'own').fuzz).toBe(2_000)
  })

  it('repeat one failure', () => {
    expect(read('--operation', 'X', '--seed', '1', '--path', '3:0')).toMatchObject({
      operation: 'X',
      path: '3:0',
    })
  })

  it.each([
    [['--fuzz', 'many'], '--fuzz must be a whole number, not many'],
    [['--fuzz=-1'], '--fuzz must be 0 to'],
    [['--seed', '1e3'], '--seed must be a whole number'],
    [['--surface', 'moon'], '--surface must be public or own, not moon'],
    [['--path', '1:2'], '--path needs the --seed and the --operation'],
    [['--fuzzy'], '--fuzzy'],
    [['extra'], 'extra'],
  ])('%j is refused', (args, message) => {
    expect(() => read(...args)).toThrow(FlagError)
    expect(() => read(...args)).toThrow(message)
  })
})
