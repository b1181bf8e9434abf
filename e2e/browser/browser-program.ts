import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const UNPACK = join(import.meta.dirname, 'unpack-chromium.ts')
const PACKAGE = join(import.meta.dirname, '../../node_modules/@sparticuz/chromium/package.json')

export const NO_BROWSER =
  'browser tests need a Chromium: the one that npm brings runs on Linux x64 only, so set CHARSU_BROWSER to the path of a Chromium or Chrome on this machine'

/**
 * The path of a Chromium: the one that CHARSU_BROWSER names, else npm's.
 * @throws Error with NO_BROWSER where there is neither.
 */
export async function browserProgram(
  named = process.env.CHARSU_BROWSER,
  machine = `${process.platform}-${process.arch}`,
): Promise<string> {
  if (named) {
    if (!existsSync(named)) throw new Error(`CHARSU_BROWSER names ${named}, where nothing is: ${NO_BROWSER}`)
    return named
  }
  if (machine !== 'linux-x64') throw new Error(NO_BROWSER)
  return unpacked()
}

/** Several test processes unpack at once: each for itself, and the first to be done gives its folder the name. */
async function unpacked(): Promise<string> {
  const { version } = JSON.parse(await readFile(PACKAGE, 'utf8')) as { version: string }
  const folder = join(tmpdir(), `charsu-chromium-${version}-${process.getuid?.() ?? 0}`)
  const program = join(folder, 'chromium')
  if (existsSync(program)) return program
  const own = await mkdtemp(join(tmpdir(), 'charsu-chromium-'))
  await mkdir(own, { recursive: true })
  await run(process.execPath, [UNPACK], { env: { ...process.env, TMPDIR: own } })
  try {
    await rename(own, folder)
  } catch {
    await rm(own, { recursive: true, force: true })
  }
  return program
}
