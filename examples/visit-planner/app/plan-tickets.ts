import { randomBytes } from 'node:crypto'
import type { OpenPage, Store } from './store.ts'

/** Longer than anybody needs for one look, short enough that a leaked address soon is worth nothing. */
const PAGE_MS = 60 * 60_000

/** Opens the plan of a post's visits: its address holds a ticket, for a browser brings nothing else to know it by. */
export async function issueTicket(
  store: Store,
  { postToken, returnUrl, now }: { postToken: string; returnUrl: string; now: number },
): Promise<string> {
  const ticket = randomBytes(24).toString('base64url')
  await store.change(({ pages }) => {
    for (const [old, { expiresAt }] of Object.entries(pages)) if (expiresAt < now) delete pages[old]
    pages[ticket] = { postToken, returnUrl, expiresAt: now + PAGE_MS }
  })
  return ticket
}

export function findPage(store: Store, ticket: string, now: number): OpenPage | undefined {
  const page = store.state.pages[ticket]
  return page && page.expiresAt > now ? page : undefined
}
