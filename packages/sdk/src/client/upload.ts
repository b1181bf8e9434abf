import type { CallOptions } from './call-options.ts'
import type { Transport } from './transport.ts'

/** What kinds of files can be sent (wire contract §10). */
export type UploadKind = 'image' | 'video' | 'voice' | 'file'

export interface FileToUpload {
  kind: UploadKind
  file: Blob
  name: string | undefined
}

export async function upload(
  _transport: Transport,
  _file: FileToUpload,
  _options: CallOptions,
): Promise<string> {
  throw new Error('not built yet')
}
