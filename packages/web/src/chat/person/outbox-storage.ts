import type { Outgoing } from '../state/outgoing.ts'

export interface OutboxStorage {
  load: () => Outgoing[]
  save: (entries: readonly Outgoing[]) => void
}

interface Store {
  getItem: (name: string) => string | null
  setItem: (name: string, value: string) => void
  removeItem: (name: string) => void
}

/**
 * What was written and not yet taken, kept over a reload in this tab alone: another tab would send it a second time
 * on screen, though not to the other side. A file that was still being uploaded is not kept.
 * @param base of the person's paths.
 */
export function createOutboxStorage(store: Store, base: string): OutboxStorage {
  const name = `charsu-outbox${base}`
  return {
    load: () => {
      try {
        const kept: unknown = JSON.parse(store.getItem(name) ?? '[]')
        return Array.isArray(kept) ? kept.filter(isEntry) : []
      } catch {
        return []
      }
    },
    save: (entries) => {
      const kept = entries
        .filter((entry) => entry.body !== null && entry.state !== 'sent')
        .map((entry) => ({ ...entry, media: entry.media && { ...entry.media, preview_url: null } }))
      try {
        if (kept.length === 0) store.removeItem(name)
        else store.setItem(name, JSON.stringify(kept))
      } catch {
        // Full, or refused by the browser: it lives as long as the page.
      }
    },
  }
}

function isEntry(value: unknown): value is Outgoing {
  if (typeof value !== 'object' || value === null) return false
  const { key, conversation_id, written_at, body } = value as Partial<Outgoing>
  return (
    typeof key === 'string' &&
    typeof conversation_id === 'string' &&
    typeof written_at === 'string' &&
    typeof body === 'object' &&
    body !== null
  )
}
