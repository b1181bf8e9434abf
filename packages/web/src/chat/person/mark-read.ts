import type { ReadPlace } from '../../api/person/conversation-shapes.ts'
import type { Request } from '../../api/request.ts'
import type { ChatStore } from '../state/chat-store.ts'
import type { Errands } from './errands.ts'

export interface ReadMarkerDeps {
  request: Request
  store: ChatStore
  errands: Errands
}

/** Tells the server up to where the person has seen a conversation: one call at a time, the latest place only. */
export function createReadMarker({ request, store, errands }: ReadMarkerDeps) {
  const tell = async (id: string, signal: AbortSignal): Promise<void> => {
    for (;;) {
      const sequence = store.get().seen.get(id) ?? 0
      const told = store.get().conversations.get(id)?.read_sequence ?? 0
      if (sequence <= told) return
      const place = await request<ReadPlace>('POST', `/me/v1/conversations/${encodeURIComponent(id)}/read`, {
        body: { sequence },
        signal,
      })
      const data = { conversation_id: id, read_sequence: Math.max(place.read_sequence, sequence) }
      store.step({ kind: 'event', event: { kind: 'read', data } })
    }
  }
  return (id: string, sequence: number): void => {
    const before = store.get().seen.get(id) ?? 0
    if (sequence <= before) return
    store.step({ kind: 'seen', id, sequence })
    errands.run(`read ${id}`, (signal) => tell(id, signal))
  }
}
