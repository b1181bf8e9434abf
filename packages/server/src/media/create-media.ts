import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from '../clock.ts'
import type { Database } from '../db/database.ts'
import type { Route } from '../http/route.ts'
import type { Log } from '../log.ts'
import { LinkSigner } from './link-signer.ts'
import { MediaClaims } from './media-claims.ts'
import type { MediaStorage } from './media-storage.ts'
import { type MediaPlaceConfig, openStorage } from './open-storage.ts'
import { pruneMedia } from './prune-media.ts'
import { removeMediaOfUser } from './remove-media.ts'
import { mediaRoutes } from './routes.ts'
import { Turns } from './turns.ts'
import type { UploadLimits } from './upload-media.ts'
import { UploadSlots } from './upload-slots.ts'
import { UploadTokens } from './upload-token.ts'

export interface MediaOptions extends UploadLimits {
  /** Uploads at once on this node, and of one owner on it. */
  uploadsOfNode: number
  uploadsOfOwner: number
}

export interface CreateMediaDeps {
  db: Database
  clock: Clock
  log: Log
  site: { readonly publicUrl: string }
  /** The instance's master secret. */
  secret: Buffer
  config: MediaPlaceConfig
  /** Milliseconds that an event's link lives, from the time of its message. */
  eventLinkMs: number
  /** For tests that wait for none of these. */
  options?: Partial<MediaOptions>
}

/** Uploaded files, as the other rooms need them. */
export interface Media {
  links: LinkSigner
  source: MediaClaims
  tokens: UploadTokens
  routes: Route[]
  /** Where the files lie. */
  storage: MediaStorage
  /** As removeMediaOfUser does. */
  removeMediaOf(userId: string): Promise<void>
  /** @throws ConfigError when files can never be kept where they should be. */
  open(): Promise<void>
  prune(signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

const MINUTE_MS = 60_000
const MIB = 1024 * 1024

const DEFAULTS: MediaOptions = {
  // The largest video on a slow mobile network.
  deadlineMs: 10 * MINUTE_MS,
  idleMs: 20_000,
  waitingFiles: 200,
  waitingBytes: 1024 * MIB,
  uploadsOfNode: 64,
  uploadsOfOwner: 8,
}

/** An image takes up to 250 MB while it is decoded, mostly much less. */
const INSPECTIONS_AT_ONCE = 2
const LONGEST_END_MS = 5_000

/** Puts the room together. */
export async function createMedia(deps: CreateMediaDeps): Promise<Media> {
  const { db, clock, log, site, secret } = deps
  const limits: MediaOptions = { ...DEFAULTS, ...deps.options }
  const { storage, incoming } = await openStorage(deps.config, log)
  const links = new LinkSigner({ secret, site, clock, eventLinkMs: deps.eventLinkMs })
  const tokens = new UploadTokens(secret, clock)
  const slots = new UploadSlots({ ofNode: limits.uploadsOfNode, ofOwner: limits.uploadsOfOwner })
  return {
    links,
    tokens,
    storage,
    source: new MediaClaims(db),
    routes: mediaRoutes({
      db,
      clock,
      log,
      storage,
      incoming,
      links,
      tokens,
      slots,
      inspections: new Turns(INSPECTIONS_AT_ONCE),
      limits,
    }),
    removeMediaOf: (userId) => removeMediaOfUser(db, userId),
    open: () => storage.open(),
    prune: (signal) => pruneMedia({ db, storage, incoming }, signal),
    async close() {
      // What hangs in a store that does not answer is left to housekeeping.
      await Promise.race([slots.idle(), delay(LONGEST_END_MS, undefined, { ref: false })])
      await storage.close()
    },
  }
}
