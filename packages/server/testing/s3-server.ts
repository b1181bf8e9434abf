import S3rver from '@20minutes/s3rver'
import type { S3Settings } from '../src/media-settings.ts'
import { temporaryFolder } from './temporary-folder.ts'

export interface S3Server extends AsyncDisposable {
  settings: S3Settings
  /** Where its buckets lie. */
  folder: string
  close(): Promise<void>
}

const BUCKET = 'uploads'

/** A real S3-compatible server on a free loopback port, with one bucket. */
export async function startS3Server(): Promise<S3Server> {
  const folder = await temporaryFolder()
  const server = new S3rver({
    port: 0,
    address: '127.0.0.1',
    silent: true,
    directory: folder.path,
    configureBuckets: [{ name: BUCKET }],
  })
  const { port } = await server.run()
  let open = true
  const close = async (): Promise<void> => {
    if (!open) return
    open = false
    await server.close()
  }
  return {
    settings: {
      endpoint: `http://127.0.0.1:${port}`,
      bucket: BUCKET,
      region: 'us-east-1',
      accessKeyId: 'S3RVER',
      secretAccessKey: 'S3RVER',
    },
    folder: folder.path,
    close,
    async [Symbol.asyncDispose]() {
      await close()
      await folder[Symbol.asyncDispose]()
    },
  }
}
