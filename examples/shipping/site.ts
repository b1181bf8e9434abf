import type { App } from '@charsu/sdk'
import { grid } from '@charsu/sdk'
import { label, ship, track } from './buttons.ts'
import { NOTHING_WRITTEN, readDetails } from './details.ts'
import type { OneAtATime } from './one-at-a-time.ts'
import { formPage, gonePage, labelPage, notSentPage, registeredPage } from './pages.ts'
import type { Parcel, Parcels } from './parcels.ts'
import { readText } from './read-text.ts'
import type { Tickets } from './tickets.ts'
import { CAPTIONS, registeredText } from './words.ts'

/** What somebody may look at. */
export type Page =
  | { kind: 'form'; parcelId: string; conversationId: string; sellerId: string; returnUrl: string }
  | { kind: 'label'; parcelId: string; returnUrl: string }

export interface SiteDeps {
  app: Pick<App, 'say'>
  parcels: Parcels
  /** By the parcel's id. */
  turns: OneAtATime
  tickets: Tickets<Page>
  report(error: unknown): void
}

const MAX_FORM_BYTES = 10_000

/** Answers `/pages/{ticket}`: the form for a parcel, and its label. */
export async function answerPage(deps: SiteDeps, request: Request, ticket: string): Promise<Response> {
  const page = deps.tickets.read(ticket)
  if (page === undefined) return gonePage()
  const parcel = deps.parcels.get(page.parcelId)
  if (page.kind === 'label') return parcel ? labelPage(parcel, page.returnUrl) : gonePage()
  if (parcel !== undefined) return registeredPage(parcel, page.returnUrl)
  if (request.method !== 'POST') return formPage(page.returnUrl, NOTHING_WRITTEN)
  const body = await readText(request, MAX_FORM_BYTES)
  // A form that was sent twice waits, and finds the parcel.
  return deps.turns.run(page.parcelId, () => register(deps, page, body ?? ''))
}

async function register(
  { app, parcels, report }: SiteDeps,
  page: Page & { kind: 'form' },
  body: string,
): Promise<Response> {
  const { parcelId: id, conversationId, sellerId, returnUrl } = page
  const known = parcels.get(id)
  if (known !== undefined) return registeredPage(known, returnUrl)
  const read = readDetails(body)
  if (!read.ok) return formPage(returnUrl, read.written, read.faults)
  const parcel: Parcel = { id, conversationId, sellerId, ...read.details, status: 'registered' }
  try {
    await app.say({ conversationId, sellerId }, registeredText(parcel), {
      seller: grid([[label.button(CAPTIONS.label, { parcel: id }), ship.button(CAPTIONS.another)]]),
      buyer: grid([[track.button(CAPTIONS.track, { parcel: id })]]),
      idempotencyKey: `parcel-${id}-registered`,
    })
  } catch (error) {
    report(error)
    return notSentPage(returnUrl)
  }
  parcels.save(parcel)
  return registeredPage(parcel, returnUrl)
}
