import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { CommandError } from '../command-error.ts'
import { runTool, type ToolRunner } from '../run-tool.ts'
import { VERSION } from '../version.ts'

/** What a new app's package.json says of our packages: versions, or tarballs in the app's own folder. */
export interface PackageSources {
  sdk: string
  cli: string
  /** Packages that the others import; named only where no registry has them. */
  others: Readonly<Record<string, string>>
}

const TARBALLS = '.charsu-packages'
const CHECKOUT = join(import.meta.dirname, '../../../..')
const PACK = join(CHECKOUT, 'scripts/packages/main.ts')

/**
 * Where a new app gets our packages from: the registry, or, when this command runs from a checkout, tarballs that are
 * packed into the app's folder now.
 * @throws CommandError when a package does not build.
 */
export async function packageSources(io: ToolRunner, folder: string): Promise<PackageSources> {
  if (!existsSync(PACK)) return { sdk: `^${VERSION}`, cli: `^${VERSION}`, others: {} }
  const { code, output } = await runTool(io, io.node, [PACK, join(folder, TARBALLS)])
  if (code !== 0) {
    throw new CommandError(`the packages of this checkout could not be packed:\n${output.trim()}`, {
      hint: `Run "npm ci" in ${CHECKOUT}, then try again.`,
    })
  }
  const packed = JSON.parse(output) as Record<'protocol' | 'sdk' | 'web' | 'server' | 'cli', string>
  const tarball = (name: keyof typeof packed): string => `file:${TARBALLS}/${basename(packed[name])}`
  return {
    sdk: tarball('sdk'),
    cli: tarball('cli'),
    others: {
      '@charsu/protocol': tarball('protocol'),
      '@charsu/web': tarball('web'),
      '@charsu/server': tarball('server'),
    },
  }
}
