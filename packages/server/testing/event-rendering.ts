import { AppUserIds } from '../src/access/app-user-ids.ts'
import type { EventRendering } from '../src/delivery/render-event.ts'

/** For tests of deliveries whose messages show no files, or whose links nobody follows. */
export const eventRendering: EventRendering = {
  userIds: new AppUserIds(Buffer.alloc(32, 7)),
  media: {
    link: (mediaId, variant, from) => `http://127.0.0.1/media/${mediaId}/${variant}?from=${from}`,
    viewLink: (mediaId, variant) => `http://127.0.0.1/media/${mediaId}/${variant}`,
  },
}
