import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Plugin } from 'vite'

const brotli = promisify(brotliCompress)
const zip = promisify(gzip)

/** Fonts and pictures are compressed already. */
const TEXT = /\.(?:js|css|svg|json|txt|map)$/
/** Below, a compressed form saves less than its header costs. */
const LEAST_BYTES = 512

/**
 * Writes a `.br` and a `.gz` beside every file of text, as small as they get: it is done once here, and not at each
 * request. A form that is no smaller than the file is left out. It reads what was written, because other plugins
 * change the files until then.
 */
export const precompress = (): Plugin => ({
  name: 'charsu-precompress',
  apply: 'build',
  async writeBundle({ dir }, bundle) {
    if (dir === undefined) return
    const texts = Object.keys(bundle).filter((name) => TEXT.test(name))
    await Promise.all(texts.map((name) => compress(join(dir, name))))
  },
})

async function compress(file: string): Promise<void> {
  const content = await readFile(file)
  if (content.length < LEAST_BYTES) return
  const forms = [
    [`${file}.br`, await brotli(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } })],
    [`${file}.gz`, await zip(content, { level: 9 })],
  ] as const
  for (const [name, form] of forms) if (form.length < content.length) await writeFile(name, form)
}
