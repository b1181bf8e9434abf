import { type ChatState, type ChatStep, EMPTY_CHAT, stepChat } from './chat-state.ts'

export interface ChatStore {
  get: () => ChatState
  step: (step: ChatStep) => void
  /** @returns a function that ends it. */
  subscribe: (listener: () => void) => () => void
}

/** Holds the state; who listens is told after every change. */
export function createChatStore(): ChatStore {
  let state = EMPTY_CHAT
  const listeners = new Set<() => void>()
  return {
    get: () => state,
    step: (step) => {
      const next = stepChat(state, step)
      if (next === state) return
      state = next
      for (const listener of listeners) listener()
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
