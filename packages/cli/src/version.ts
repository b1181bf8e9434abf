import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The version of this command; its manifest lies one folder up, in a checkout as in the published package. */
export const VERSION: string = JSON.parse(
  readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'),
).version
