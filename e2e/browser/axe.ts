import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import type { InPage } from './in-page.ts'

const source = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface Violation {
  id: string
  help: string
  nodes: { html: string; failureSummary: string }[]
}

/** Milliseconds without a row that comes, goes or is moved after which a page stands; and the longest wait for it. */
const QUIET_MS = 150
const LONGEST_MS = 5_000

/** What is wrong with the page for those who see, hear or point otherwise, a line for each place; none is none. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // By the debugger's way in, which the page's policy does not keep out.
  await page.evaluate(await source)
  await untilItStands(page)
  const violations: Violation[] = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } }
    return (await axe.run()).violations
  })
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}\n  ${html}\n  ${failureSummary}`),
  )
}

/** Lists put rows into the page unseen until they are measured; axe would be between the two. */
const untilItStands = (page: Page): Promise<void> =>
  page.evaluate(
    ([quiet, longest]) =>
      new Promise<void>((resolve) => {
        const { document, MutationObserver } = globalThis as unknown as InPage
        const end = (): void => {
          observer.disconnect()
          resolve()
        }
        let timer = setTimeout(end, quiet)
        const observer = new MutationObserver(() => {
          clearTimeout(timer)
          timer = setTimeout(end, quiet)
        })
        observer.observe(document.body, { subtree: true, childList: true, attributeFilter: ['style'] })
        setTimeout(end, longest)
      }),
    [QUIET_MS, LONGEST_MS] as const,
  )
