import { existsSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

const WEB = join(import.meta.dirname, '../../packages/web')
const BUILT = join(WEB, 'dist')
const BUILD = 'run `npm run build -w packages/web`'

/**
 * The folder of the built pages: the one that CHARSU_BUILT_PAGES names, else this checkout's.
 * @throws Error when they were not built, or before their sources were changed: such a test would say nothing.
 */
export async function builtPages(named = process.env.CHARSU_BUILT_PAGES): Promise<string> {
  if (named) return named
  const page = join(BUILT, 'index.html')
  if (!existsSync(page)) throw new Error(`the pages are not built: ${BUILD}`)
  const built = (await stat(page)).mtimeMs
  const files = await readdir(join(WEB, 'src'), { recursive: true, withFileTypes: true })
  for (const file of files) {
    if (!file.isFile() || file.name.includes('.test.')) continue
    const source = join(file.parentPath, file.name)
    if ((await stat(source)).mtimeMs > built)
      throw new Error(`${source} is newer than the built pages: ${BUILD}`)
  }
  return BUILT
}
