import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import { wrongUse } from '../command-error.ts'

export const SUFFIX = '.charsu-snapshot'
const NAME = /^[a-z0-9][a-z0-9_.-]{0,63}$/

/** A snapshot by its name in the folder of the server, or a file anywhere on this machine. */
export type SnapshotPlace = { kind: 'name'; name: string } | { kind: 'file'; path: string }

/**
 * Whatever looks like a path is one: with a slash in it, or the ending of a snapshot's file.
 * @throws CommandError for what is neither a path nor a name.
 */
export function snapshotPlace(cwd: string, given: string): SnapshotPlace {
  if (/[\\/]/.test(given) || given.endsWith(SUFFIX)) return { kind: 'file', path: resolve(cwd, given) }
  if (NAME.test(given)) return { kind: 'name', name: given }
  throw wrongUse(
    `${JSON.stringify(given)} is no name of a snapshot: expected a to z, 0 to 9, dot, hyphen and underscore, at most 64`,
    `For a file, write its path, such as ./${given.replaceAll(/[^A-Za-z0-9_.-]+/g, '-') || 'snapshot'}${SUFFIX}.`,
  )
}

/** A name in the server's folder for the moment that a file is on its way. */
export const passingName = (): string => `passing-${randomBytes(6).toString('hex')}`
