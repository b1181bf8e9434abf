import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startChild } from '../../bench/child-server.ts'
import { NO_LIMITS } from '../../packages/server/testing/no-limits.ts'

export interface RunningCharsu extends AsyncDisposable {
  url: string
  hostKey: string
}

/** A Charsu as `npm start` runs it, on a free port, with a database of its own that goes when it stops. */
export async function startCharsu(): Promise<RunningCharsu> {
  const folder = await mkdtemp(join(tmpdir(), 'charsu-conformance-'))
  // PostgreSQL's own user has to pass through.
  await chmod(folder, 0o711)
  const remove = () => rm(folder, { recursive: true, force: true })
  const hostKey = randomBytes(24).toString('base64url')
  try {
    const child = await startChild(join(import.meta.dirname, '../../packages/server/src/main.ts'), {
      CHARSU_MODE: 'development',
      CHARSU_PORT: '0',
      CHARSU_HOST: '',
      CHARSU_PUBLIC_URL: '',
      CHARSU_DATABASE_PORT: '',
      CHARSU_DATA_DIR: join(folder, 'postgres'),
      CHARSU_HOST_KEY: hostKey,
      // The app of this run hears no events; what it would be sent is not described in these documents.
      CHARSU_DISPATCHER: 'off',
      ...NO_LIMITS,
      DATABASE_URL: '',
    })
    return {
      url: child.url,
      hostKey,
      async [Symbol.asyncDispose]() {
        await child.stop()
        await remove()
      },
    }
  } catch (error) {
    await remove()
    throw error
  }
}
