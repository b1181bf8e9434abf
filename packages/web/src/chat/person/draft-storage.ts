import type { Conversation } from '../../api/person/conversation-shapes.ts'

/** Whose it is: two people of one conversation may log in in one tab, one after the other. */
type Place = Pick<Conversation, 'id' | 'side'>

export interface Drafts {
  /** @returns '' where nothing was begun. */
  get: (place: Place) => string
  set: (place: Place, text: string) => void
  /** Nothing that was begun stays in this tab. */
  forget: () => void
}

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>

/**
 * What is being written and was not sent: kept over a reload, or a way to the login page and back, in this tab alone.
 * @param base of the person's paths.
 */
export function createDrafts(store: Store, base: string): Drafts {
  const begun = new Map<string, string>()
  const prefix = `charsu-draft${base} `
  const nameOf = ({ id, side }: Place): string => `${prefix}${id} ${side ?? ''}`
  return {
    get: (place) => {
      const name = nameOf(place)
      return begun.get(name) ?? store.getItem(name) ?? ''
    },
    set: (place, text) => {
      const name = nameOf(place)
      begun.set(name, text)
      try {
        if (text === '') store.removeItem(name)
        else store.setItem(name, text)
      } catch {
        // Full, or refused by the browser: it lives as long as the page.
      }
    },
    forget: () => {
      begun.clear()
      const names = Array.from({ length: store.length }, (_, at) => store.key(at) ?? '')
      for (const name of names) if (name.startsWith(prefix)) store.removeItem(name)
    },
  }
}
