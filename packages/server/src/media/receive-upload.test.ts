import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { receiveUpload } from './receive-upload.ts'

const BEGUN = '--x\r\ncontent-disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-1.7\r\n'

test('an upload that is cut off while its file is being opened fails once the file is there to be removed', async () => {
  await using folder = await temporaryFolder()
  for (let round = 0; round < 100; round++) {
    const path = join(folder.path, `file-${round}`)
    const stream = new Readable({ read() {} })
    const received = receiveUpload(
      { contentType: 'multipart/form-data; boundary=x', stream },
      [{ field: 'file', path, mostBytes: 1000 }],
      { idleMs: 5_000, deadlineMs: 5_000 },
    )
    stream.push(BEGUN)
    setImmediate(() => stream.destroy())
    // Looked at in the same turn: a moment later the file may have come by itself.
    const refused = await received.catch((error: unknown) => ({ error, isThere: existsSync(path) }))
    expect(refused).toMatchObject({ error: { reason: 'UPLOAD_MALFORMED' }, isThere: true })
  }
})
