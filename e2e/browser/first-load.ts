import type { Page, Request } from 'playwright-core'

export interface FirstLoad {
  /** Bytes of scripts and styles as they came over the wire, compressed. */
  code: number
  fonts: number
  /** Each file with its bytes, the largest first. */
  files: string[]
}

/** What a browser that knows nothing of us loads until the page rests. */
export async function firstLoad(page: Page, path: string): Promise<FirstLoad> {
  const loaded: Promise<{ kind: string; name: string; bytes: number }>[] = []
  const count = (request: Request): void => {
    const kind = request.resourceType()
    if (!['script', 'stylesheet', 'font'].includes(kind)) return
    const name = new URL(request.url()).pathname
    loaded.push(request.sizes().then(({ responseBodySize: bytes }) => ({ kind, name, bytes })))
  }
  page.on('requestfinished', count)
  await page.goto(path)
  await page.waitForLoadState('networkidle', { timeout: 2_000 }).catch(() => {
    // The streams of the page never rest; what is measured came before them.
  })
  page.off('requestfinished', count)
  const files = await Promise.all(loaded)
  const sum = (of: (kind: string) => boolean): number =>
    files.filter(({ kind }) => of(kind)).reduce((total, { bytes }) => total + bytes, 0)
  return {
    code: sum((kind) => kind !== 'font'),
    fonts: sum((kind) => kind === 'font'),
    files: files.toSorted((a, b) => b.bytes - a.bytes).map(({ name, bytes }) => `${bytes} ${name}`),
  }
}
