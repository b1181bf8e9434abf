export const HINTS = ['click', 'story', 'fault'] as const
export type Hint = (typeof HINTS)[number]

export interface HintsSeen {
  done: readonly Hint[]
  dismissed: boolean
}

const KEY = 'charsu_playground_hints'

/** Which first steps were taken on this browser. A browser that keeps nothing shows them at each visit. */
export function readHints(storage: () => Pick<Storage, 'getItem'>): HintsSeen {
  try {
    const { done, dismissed } = JSON.parse(storage().getItem(KEY) ?? '{}') as Partial<HintsSeen>
    return {
      done: Array.isArray(done) ? HINTS.filter((hint) => done.includes(hint)) : [],
      dismissed: dismissed === true,
    }
  } catch {
    return { done: [], dismissed: false }
  }
}

export function keepHints(storage: () => Pick<Storage, 'setItem'>, hints: HintsSeen): void {
  try {
    storage().setItem(KEY, JSON.stringify(hints))
  } catch {
    // Storage that is full or forbidden: they are shown again, which harms nobody.
  }
}
