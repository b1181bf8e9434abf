import { parser } from '@charsu/protocol/parse'
import * as Type from 'typebox'
import { unusable } from './snapshot-faults.ts'

/** Of the files themselves: raised when an older program could no longer read what a newer one writes. */
export const FORMAT = 1
/** First in the file, so that what it says of the rest is known before the rest. */
export const MANIFEST_NAME = 'manifest.json'
/** Last in the file: one without it was cut off. */
export const END_NAME = 'end.json'
export const MOST_MANIFEST_BYTES = 1024 * 1024

const Name = Type.String({ pattern: '^[a-z][a-z0-9_]{0,62}$' })
const Count = Type.Integer({ minimum: 0 })

const Table = Type.Object({
  name: Name,
  columns: Type.Array(Name, { minItems: 1, maxItems: 200 }),
  rows: Count,
  bytes: Count,
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
})

const Manifest = Type.Object({
  format: Type.Integer(),
  /** Version of the program that wrote it. */
  charsu: Type.String({ maxLength: 100 }),
  made_at: Type.String({ maxLength: 40 }),
  /** Of the migrations that its tables have been through, in order. */
  migrations: Type.Array(Type.String({ pattern: '^[0-9a-f]{64}$' }), { minItems: 1, maxItems: 10_000 }),
  /** In the order in which rows can be put in. */
  tables: Type.Array(Table, { maxItems: 1_000 }),
  /** The last number that each has given out. */
  sequences: Type.Array(Type.Object({ name: Name, value: Count }), { maxItems: 1_000 }),
  /** What it holds, for people. */
  counts: Type.Record(Type.String(), Count),
})
/** What a snapshot says of itself. */
export type Manifest = Type.Static<typeof Manifest>
export type SavedTable = Type.Static<typeof Table>

const manifestParser = parser(Manifest)

/** @throws 412 for what is none, and for one of another format. */
export function readManifest(bytes: Buffer): Manifest {
  let given: unknown
  try {
    given = JSON.parse(bytes.toString('utf8'))
  } catch (error) {
    throw unusable(`begins with a ${MANIFEST_NAME} that is not JSON: it is not of Charsu, or damaged`, error)
  }
  const { format } = (given ?? {}) as { format?: unknown }
  if (typeof format === 'number' && format !== FORMAT) {
    throw unusable(
      `is of format ${format}, and this program reads format ${FORMAT}: use the version of Charsu that made it`,
    )
  }
  const parsed = manifestParser.parse(given)
  if (!parsed.ok) {
    const { field, description } = parsed.violations[0]!
    throw unusable(`has a wrong ${MANIFEST_NAME}: ${field} ${description}`)
  }
  const names = parsed.value.tables.map(({ name }) => name)
  if (new Set(names).size < names.length) throw unusable('names a table twice: it was changed by hand')
  return parsed.value
}

export const tableEntry = (table: string): string => `tables/${table}.copy`
const TABLE_ENTRY = /^tables\/([a-z][a-z0-9_]{0,62})\.copy$/
export const tableOfEntry = (path: string): string | undefined => TABLE_ENTRY.exec(path)?.[1]

export const mediaEntry = (object: string): string => `media/${object}`
/** As media/media-storage.ts names objects; nothing that leads anywhere else. */
const MEDIA_ENTRY =
  /^media\/([0-9a-f]{2}\/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.(?:file|thumbnail))$/
export function objectOfEntry(path: string): string | undefined {
  const [, object, id] = MEDIA_ENTRY.exec(path) ?? []
  return object !== undefined && id?.endsWith(object.slice(0, 2)) ? object : undefined
}
