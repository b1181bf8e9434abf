import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { SAVED_MANIFEST } from './saved-manifest.ts'

// npm runs this after it packed a package: the checkout is as it was before prepack.ts.

const folder = process.cwd()
if (existsSync(join(folder, SAVED_MANIFEST))) {
  await rename(join(folder, SAVED_MANIFEST), join(folder, 'package.json'))
}
// The pages are built in a checkout as well, which shows them from there.
const made = basename(folder) === 'web' ? ['LICENSE'] : ['dist', 'LICENSE']
for (const name of made) await rm(join(folder, name), { recursive: true, force: true })
