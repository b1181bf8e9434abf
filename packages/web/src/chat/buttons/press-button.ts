import type { ButtonAction } from '../../api/person/message-shapes.ts'
import type { ClickResult } from '../../api/person/person-shapes.ts'

/** A tab that was opened before it is known what it will show. */
export interface WaitingTab {
  go: (url: string) => void
  close: () => void
}

/** What the page has to do after a click. */
export type Outcome =
  | { kind: 'nothing' }
  | { kind: 'toast'; text: string }
  | { kind: 'failed'; text: string | null; toast: string | null }
  /** The browser let no tab open: the person is to press a link. */
  | { kind: 'offer'; url: string; toast: string | null }

export interface PressDeps {
  /** Opens an empty tab that says what it waits for; null where the browser lets none open. */
  openTab: () => WaitingTab | null
  /** Opens a page; false where the browser does not let it. */
  openPage: (url: string) => boolean
}

/**
 * Whether pressing it certainly ends in a page: then the tab is opened with the press, as browsers let none open long
 * after it. An action that the app decides about mostly ends in a few words, and a tab that comes and goes is worse
 * than one that opens after the answer.
 */
export const leadsToPage = (action: ButtonAction): boolean => !('get_dynamic_action' in action)

/** Only a page of the web is ever opened, whatever an answer holds. */
export function isWebPage(url: string): boolean {
  const { protocol } = URL.parse(url) ?? {}
  return protocol === 'https:' || protocol === 'http:'
}

/** Carries out what the answer to a click says. */
export function conclude(result: ClickResult, tab: WaitingTab | null, deps: PressDeps): Outcome {
  const toast = result.toast ?? null
  const { outcome, open_url: url } = result
  if (outcome === 'opened' && url !== undefined && isWebPage(url)) {
    if (tab) tab.go(url)
    else if (!deps.openPage(url)) return { kind: 'offer', url, toast }
    return toast === null ? { kind: 'nothing' } : { kind: 'toast', text: toast }
  }
  tab?.close()
  if (outcome === 'failed') return { kind: 'failed', text: result.message ?? null, toast }
  return toast === null ? { kind: 'nothing' } : { kind: 'toast', text: toast }
}
