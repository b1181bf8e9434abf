import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ApiError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { S3Settings } from '../media-settings.ts'
import { FolderStorage } from './folder-storage.ts'
import type { MediaStorage } from './media-storage.ts'

export interface MediaPlace {
  storage: MediaStorage
  /** Folder of uploads under way; of several nodes, when they share their folder. */
  incoming: string
}

export interface MediaPlaceConfig {
  mediaDir: string | null
  mediaS3: S3Settings | null
}

/** The place that the configuration names; the client of S3 is loaded only when it is wanted. */
export async function openStorage({ mediaDir, mediaS3 }: MediaPlaceConfig, log: Log): Promise<MediaPlace> {
  const folder = mediaDir ?? join(tmpdir(), 'charsu-media')
  const incoming = join(folder, 'incoming')
  if (mediaS3) {
    const { S3Storage } = await import('./s3-storage.ts')
    return { storage: new S3Storage(mediaS3, log), incoming }
  }
  return { storage: mediaDir === null ? nowhereStorage(log) : new FolderStorage(mediaDir), incoming }
}

const nowhere = async (): Promise<never> => {
  throw new ApiError(
    'UNAVAILABLE',
    'this server has no place for uploads: its operator sets CHARSU_MEDIA_DIR or CHARSU_MEDIA_S3_BUCKET',
    { reason: 'MEDIA_NOT_CONFIGURED' },
  )
}

/** For a server that was given neither a folder nor a bucket. */
const nowhereStorage = (log: Log): MediaStorage => ({
  async open() {
    log.warn(
      'uploads are refused: set CHARSU_MEDIA_DIR or CHARSU_MEDIA_S3_BUCKET to keep them (docs/media.md)',
    )
  },
  put: nowhere,
  read: async () => null,
  remove: async () => {},
  close: async () => {},
})
