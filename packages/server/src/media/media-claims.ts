import type { Database } from '../db/database.ts'
import type { StoredMedia } from '../db/message-body.ts'
import { invalidArgument } from '../errors.ts'
import type { MediaType } from './media-kinds.ts'
import type { MediaOwner } from './media-owner.ts'
import { mediaIdOf } from './media-token.ts'
import { claimMedia, type MediaRow } from './store.ts'

/** Uploaded files for those who send messages (wire contract §10). */
export class MediaClaims {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /**
   * Ties a file to the message that is about to be sent: it is kept for as long as that message, or for a day when it
   * is not sent after all. One token may go into any number of messages.
   * @throws 400 on media_token when there is no such file of this owner, or no longer.
   */
  async claim(
    owner: MediaOwner,
    token: string,
    messageId: string,
  ): Promise<{ type: MediaType; media: StoredMedia }> {
    const id = mediaIdOf(token)
    const row = id === null ? null : await claimMedia(this.#db, { id, owner, messageId })
    if (row) return { type: row.type, media: storedMedia(row) }
    throw invalidArgument([
      {
        field: 'media_token',
        description:
          'is no upload of yours, or one that was removed: upload the file anew and send its id within a day, from the same app or person',
      },
    ])
  }
}

const storedMedia = ({ id, size_bytes, name, width_px, height_px }: MediaRow): StoredMedia => ({
  id,
  size_bytes: Number(size_bytes),
  ...(name !== null && { name }),
  ...(width_px !== null && height_px !== null && { width_px, height_px }),
})
