import { hash } from 'node:crypto'

/** Chance that is the same in every run with the same seed. */
export interface SeededRandom {
  /** 0 ≤ number < 1. */
  next(): number
  /** A whole number from `least` to `most`, both inclusive. */
  between(least: number, most: number): number
  pick<T>(choices: readonly T[]): T
}

/**
 * A row of chances named by the seed and by what they are for. Chances that are named by what they decide, such as
 * one call to an app, do not depend on the order in which processes come to them, which no seed can repeat.
 */
export function seededRandom(seed: number, ...names: readonly (string | number)[]): SeededRandom {
  let state = Number.parseInt(hash('sha256', [seed, ...names].join('\0')).slice(0, 8), 16)
  // Mulberry32.
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    next,
    between: (least, most) => least + Math.floor(next() * (most - least + 1)),
    pick: (choices) => choices[Math.floor(next() * choices.length)]!,
  }
}
