import { failureOf, NoAnswer } from '../../api/request.ts'
import type { MediaKind } from '../state/outgoing.ts'

export interface UploadInput {
  kind: MediaKind
  file: File
  /** From `POST /me/v1/uploads`. */
  token: string
  /** Told the share that has been sent, 0 to 1. */
  onProgress: (share: number) => void
  signal: AbortSignal
}

/**
 * Sends one file and gives its media token. By XMLHttpRequest, as `fetch` does not tell how much has been sent.
 * @throws ApiFailure when it is not taken, NoAnswer, DOMException `AbortError` when aborted.
 */
export function uploadFile({ kind, file, token, onProgress, signal }: UploadInput): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest()
    const body = new FormData()
    body.append('file', file, file.name)
    call.open('POST', `/upload/${kind}`)
    call.setRequestHeader('authorization', `Bearer ${token}`)
    call.upload.onprogress = ({ loaded, total }) => total > 0 && onProgress(loaded / total)
    call.onerror = () => reject(new NoAnswer('the upload was cut off'))
    call.onabort = () => reject(new DOMException('the upload was cancelled', 'AbortError'))
    call.onload = () => {
      const headers = new Headers()
      const retryAfter = call.getResponseHeader('retry-after')
      if (retryAfter !== null) headers.set('retry-after', retryAfter)
      const answer = new Response(null, { status: call.status, headers })
      if (call.status !== 200) return reject(failureOf(answer, call.responseText))
      resolve((JSON.parse(call.responseText) as { id: string }).id)
    }
    signal.addEventListener('abort', () => call.abort())
    if (signal.aborted) call.abort()
    else call.send(body)
  })
}
