import { ApiFailure, type Request } from '../../api/request.ts'
import type { Sender } from '../person/send-outbox.ts'
import type { ChatStore } from '../state/chat-store.ts'
import type { MediaKind } from '../state/outgoing.ts'
import { type FileFault, fileFault, kindOf } from './file-rules.ts'
import { preparePicture } from './prepare-picture.ts'
import { uploadFile } from './upload-file.ts'

export interface UploaderDeps {
  request: Request
  store: ChatStore
  sender: Pick<Sender, 'beginUpload' | 'uploaded' | 'discard'>
}

/** Uploads that this page has begun. */
export interface Uploader {
  /** @returns what is wrong with the file; null when it is on its way. */
  add: (conversationId: string, file: File) => Promise<FileFault | null>
  retry: (key: string) => void
  cancel: (key: string) => void
}

interface Upload {
  kind: MediaKind
  file: File
  preview: string | null
  stop: AbortController
}

export function createUploader({ request, store, sender }: UploaderDeps): Uploader {
  const uploads = new Map<string, Upload>()

  const run = async (key: string, { kind, file, stop }: Upload): Promise<void> => {
    try {
      const { token } = await request<{ token: string }>('POST', '/me/v1/uploads', { signal: stop.signal })
      const onProgress = (progress: number): void => store.step({ kind: 'progress', key, progress })
      const id = await uploadFile({ kind, file, token, onProgress, signal: stop.signal })
      uploads.delete(key)
      sender.uploaded(key, id)
    } catch (error) {
      if (stop.signal.aborted) return
      const { status, reason, message } =
        error instanceof ApiFailure ? error : { status: 0, reason: 'NO_ANSWER', message: '' }
      store.step({ kind: 'refused', key, refusal: { status, reason, message } })
    }
  }

  return {
    add: async (conversationId, given) => {
      const isPicture = given.type.startsWith('image/')
      const picture = isPicture ? await preparePicture(given) : null
      const file = picture?.file ?? given
      const fault = fileFault(file)
      const kind = kindOf(file)
      if (fault || kind === null) return fault ?? { kind: 'wrong-type' }
      const preview = kind === 'image' ? URL.createObjectURL(file) : null
      const key = sender.beginUpload(conversationId, {
        kind,
        name: file.name,
        size_bytes: file.size,
        preview_url: preview,
        width_px: picture?.width_px ?? null,
        height_px: picture?.height_px ?? null,
      })
      const upload: Upload = { kind, file, preview, stop: new AbortController() }
      uploads.set(key, upload)
      void run(key, upload)
      return null
    },
    retry: (key) => {
      const upload = uploads.get(key)
      if (!upload) return
      store.step({ kind: 'retried', key })
      void run(key, upload)
    },
    cancel: (key) => {
      const upload = uploads.get(key)
      upload?.stop.abort()
      if (upload?.preview) URL.revokeObjectURL(upload.preview)
      uploads.delete(key)
      sender.discard(key)
    },
  }
}
