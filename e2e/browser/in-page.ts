/**
 * What functions that run within a page use of it, as `globalThis as unknown as InPage`: the types of browsers would
 * hold for all of the server's code too.
 */
export interface InPage {
  document: {
    body: unknown
    documentElement: InPageElement
    activeElement: InPageElement | null
    querySelector(selector: string): InPageElement | null
    querySelectorAll(selector: string): Iterable<InPageElement>
    elementFromPoint(x: number, y: number): InPageElement | null
  }
  innerWidth: number
  MutationObserver: new (
    onChange: () => void,
  ) => { observe(target: unknown, options: object): void; disconnect(): void }
  EventSource: new (
    url: string,
  ) => { addEventListener(name: string, hear: (event: { data: string }) => void): void; close(): void }
  addEventListener(name: string, hear: () => void, options: object): void
  requestAnimationFrame(paint: () => void): void
}

export interface InPageElement {
  textContent: string | null
  scrollWidth: number
  clientWidth: number
  scrollTop: number
  scrollHeight: number
  clientHeight: number
  contains(other: InPageElement | null): boolean
  getAttribute(name: string): string | null
  getBoundingClientRect(): { x: number; y: number; width: number; height: number }
}
