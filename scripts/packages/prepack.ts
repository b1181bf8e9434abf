import { existsSync } from 'node:fs'
import { copyFile, cp, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { SAVED_MANIFEST } from './saved-manifest.ts'
import { PUBLISHED, type PublishedPackage, stagedFolder, stagePackages } from './stage-packages.ts'

// npm runs this before it packs a package, with the package's folder as the current one, and postpack.ts after.

const folder = process.cwd()
const manifest = join(folder, 'package.json')
const saved = join(folder, SAVED_MANIFEST)
const name = PUBLISHED.find((each) => each === basename(folder)) ?? refuse()

function refuse(): never {
  throw new Error(
    `prepack runs in the folder of a published package (${PUBLISHED.join(', ')}), not in ${folder}`,
  )
}

/** The manifest is replaced last: what fails before leaves the checkout as it was. */
async function build(name: PublishedPackage): Promise<void> {
  const checkout = join(import.meta.dirname, '../..')
  // Left by a pack that was cut off.
  if (existsSync(saved)) await rename(saved, manifest)
  const stage = await mkdtemp(join(tmpdir(), 'charsu-packages-'))
  try {
    await stagePackages(checkout, stage, name)
    const staged = stagedFolder(stage, name)
    await rm(join(folder, 'dist'), { recursive: true, force: true })
    await cp(join(staged, 'dist'), join(folder, 'dist'), { recursive: true })
    await copyFile(join(staged, 'LICENSE'), join(folder, 'LICENSE'))
    const { scripts } = JSON.parse(await readFile(manifest, 'utf8'))
    const published = JSON.parse(await readFile(join(staged, 'package.json'), 'utf8'))
    await copyFile(manifest, saved)
    // With the scripts: a pack that is cut off now is followed by one that npm runs this for.
    await writeFile(manifest, `${JSON.stringify({ ...published, scripts }, null, 2)}\n`)
  } finally {
    await rm(stage, { recursive: true, force: true })
  }
}

await build(name)
