import { userAccessRevocationEvent } from '@charsu/protocol/events'
import { BedError } from './bed-error.ts'
import type { Core } from './core.ts'
import { revokeConsent } from './grants.ts'
import { Idempotency } from './idempotency.ts'
import { answerApp, type BedCall } from './platform.ts'
import { Uploads } from './uploads.ts'
import type { Consent } from './world.ts'

export interface PlatformOptions {
  calls: BedCall[]
  elsewhere: ((request: Request) => Promise<Response>) | undefined
}

/** The `fetch` that an app of the bed calls with: the marketplace answers it, and nobody else does. */
export function newPlatform(
  core: Core,
  { calls, elsewhere }: PlatformOptions,
): (request: Request) => Promise<Response> {
  const { world, known, deliveries } = core
  const { charsuUrl } = known.settings
  const deps = {
    world,
    known,
    deliveries,
    calls,
    now: world.now,
    idempotency: new Idempotency(world.now),
    uploads: new Uploads({ ids: world.ids, now: world.now, charsuUrl }),
    revoke: (consent: Consent) => endConsent(core, consent),
  }
  return async (given) => {
    // Some callers hand over what they would to fetch(), a URL with its options.
    const request = given instanceof Request ? given : new Request(given)
    request.signal.throwIfAborted()
    if (new URL(request.url).origin === charsuUrl) return answerApp(deps, request)
    if (elsewhere) return elsewhere(request)
    throw new BedError(
      `the app calls ${request.url}, but in the test bed there is ${charsuUrl} alone: use settings.charsuUrl, or answer other calls by testBed(create, { elsewhere: async (request) => … })`,
    )
  }
}

/** Takes a consent back, and tells the app of it if it was allowed to be told. */
export function endConsent(
  { world, deliveries }: Pick<Core, 'world' | 'deliveries'>,
  consent: Consent,
): void {
  if (!revokeConsent(world, consent).isTold) return
  const { userId } = consent
  deliveries.send({ lane: userId, body: userAccessRevocationEvent(userId), consent: null })
}
