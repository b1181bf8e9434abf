import { createContext, use } from 'react'
import type { StartData } from './start-data.ts'

const Start = createContext<StartData | null>(null)

export const StartProvider = Start.Provider

export function useStart(): StartData {
  const start = use(Start)
  if (start === null)
    throw new Error('useStart is for components below StartProvider: render them in <AppRoot>')
  return start
}
