import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { SAVED_MANIFEST } from './saved-manifest.ts'

// npm runs this after it packed a package: the checkout is as it was before prepack.ts.

const folder = process.cwd()
if (existsSync(join(folder, SAVED_MANIFEST))) {
  await rename(join(folder, SAVED_MANIFEST), join(folder, 'package.json'))
}
for (const name of ['dist', 'LICENSE']) await rm(join(folder, name), { recursive: true, force: true })
