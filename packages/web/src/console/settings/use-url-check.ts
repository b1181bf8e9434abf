import { useCallback, useEffect, useRef, useState } from 'react'
import type { CheckedField, UrlVerdict } from '../../api/console/console-shapes.ts'
import { ApiFailure } from '../../api/request.ts'
import { useRequest } from '../../shell/request-scope.tsx'
import { appPath } from '../frame/console-queries.ts'
import { addressFault } from './form-faults.ts'

/** What is known of an address that is being typed. */
export type UrlCheckState =
  | { kind: 'none' }
  | { kind: 'trying' }
  | { kind: 'verdict'; verdict: UrlVerdict }
  | { kind: 'tooMany' }
  | { kind: 'failed' }

const PAUSE_MS = 700
const NONE: UrlCheckState = { kind: 'none' }

export interface UrlCheck {
  state: UrlCheckState
  /** The field was left: tries it now, unless its answer is known. */
  checkNow: () => void
  /** Somebody asks, perhaps after a repair. */
  checkAgain: () => void
}

/** Tries an address out when the typing pauses. What stands there from the start is tried only when asked. */
export function useUrlCheck(slug: string, field: CheckedField, url: string): UrlCheck {
  const request = useRequest()
  const [known, setKnown] = useState<{ url: string; state: UrlCheckState }>({ url, state: NONE })
  const first = useRef(url)
  const underWay = useRef<AbortController | null>(null)
  const check = useCallback(
    async (checked: string): Promise<void> => {
      underWay.current?.abort()
      const controller = new AbortController()
      underWay.current = controller
      const learn = (state: UrlCheckState): void => {
        if (!controller.signal.aborted) setKnown({ url: checked, state })
      }
      learn({ kind: 'trying' })
      try {
        const body = { field, url: checked }
        const path = `/console/v1${appPath(slug, '/check-url')}`
        const verdict = await request<UrlVerdict>('POST', path, { body, signal: controller.signal })
        learn({ kind: 'verdict', verdict })
      } catch (error) {
        learn({ kind: error instanceof ApiFailure && error.status === 429 ? 'tooMany' : 'failed' })
      }
    },
    [request, slug, field],
  )
  const canBeTried = url !== '' && addressFault(field, url) === undefined
  const isTyped = url !== first.current
  useEffect(() => {
    if (!canBeTried || !isTyped) return
    const timer = setTimeout(() => void check(url), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [check, url, canBeTried, isTyped])
  useEffect(() => () => underWay.current?.abort(), [])
  const isKnown = known.url === url && known.state.kind !== 'none'
  return {
    state: known.url === url ? known.state : NONE,
    checkNow: () => {
      if (canBeTried && !isKnown) void check(url)
    },
    checkAgain: () => {
      if (canBeTried) void check(url)
    },
  }
}
