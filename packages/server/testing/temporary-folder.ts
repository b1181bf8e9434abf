import { chmod, mkdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runFolder } from './abandoned-runs.ts'

export interface TemporaryFolder extends AsyncDisposable {
  path: string
}

/** A folder removed with its holder. Other users may enter it, since PostgreSQL runs as one when tests run as root. */
export async function temporaryFolder(): Promise<TemporaryFolder> {
  const path = join(tmpdir(), runFolder())
  await mkdir(path)
  await chmod(path, 0o755)
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}
