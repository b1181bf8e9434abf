import type { UploadTokenAnswer } from './answers.ts'
import type { CallOptions } from './call-options.ts'
import type { Transport } from './transport.ts'

/** What kinds of files can be sent (wire contract §10). */
export type UploadKind = 'image' | 'video' | 'voice' | 'file'

const KINDS: readonly UploadKind[] = ['image', 'video', 'voice', 'file']

export interface FileToUpload {
  kind: UploadKind
  file: Blob
  /** Shown with a document. */
  name: string | undefined
}

/** Gets an upload token, uploads, and answers the media token. */
export async function upload(
  transport: Transport,
  { kind, file, name }: FileToUpload,
  options: CallOptions,
): Promise<string> {
  if (!KINDS.includes(kind)) {
    throw new TypeError(`upload takes ${KINDS.join(', ')} as its kind, but got ${JSON.stringify(kind)}`)
  }
  if (!(file instanceof Blob)) {
    throw new TypeError('upload takes a Blob or File as its second argument: write new Blob([bytes])')
  }
  const { token } = await transport.call<UploadTokenAnswer>(
    { operation: 'createUploadToken', json: {} },
    options,
  )
  const multipart = (): FormData => {
    const form = new FormData()
    if (name === undefined) form.set('file', file)
    else form.set('file', file, name)
    return form
  }
  const answer = await transport.call<{ id: string }>(
    { operation: 'upload', path: { kind }, multipart, token },
    options,
  )
  return answer.id
}
