import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { PUBLISHED, type PublishedPackage, stagedFolder, stagePackages } from './stage-packages.ts'

const run = promisify(execFile)

/** Builds all published packages and packs each into a tarball in `into`; answers their paths by name. */
export async function packPackages(
  checkout: string,
  into: string,
): Promise<Record<PublishedPackage, string>> {
  const stage = await mkdtemp(join(tmpdir(), 'charsu-packages-'))
  try {
    await stagePackages(checkout, stage)
    await mkdir(into, { recursive: true })
    const packed = PUBLISHED.map(async (name) => [name, await pack(stagedFolder(stage, name), into)])
    return Object.fromEntries(await Promise.all(packed))
  } finally {
    await rm(stage, { recursive: true, force: true })
  }
}

async function pack(folder: string, into: string): Promise<string> {
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', into], { cwd: folder })
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }]
  return join(into, filename.replace('@', '').replace('/', '-'))
}
