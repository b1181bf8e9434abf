import type { Answers } from './entry.ts'

/** Snapshots of a whole marketplace, in development mode (docs/snapshots.md). */
export const SNAPSHOT_ERRORS = {
  SNAPSHOT_UNKNOWN: {
    code: 'NOT_FOUND',
    audience: 'developer',
    cause: 'The folder of snapshots holds none of this name.',
    fix: 'Take the name from GET /dev/v1/snapshots (charsu snapshot list). For a file that lies elsewhere, give charsu snapshot load its path.',
  },
  SNAPSHOT_EXISTS: {
    code: 'ALREADY_EXISTS',
    audience: 'developer',
    cause: 'A snapshot of this name is there already; none is overwritten unasked.',
    fix: 'Choose another name, or send "replace": true (charsu snapshot save --force).',
    example: '{"name": "before-the-visit", "replace": true}',
  },
  SNAPSHOT_UNUSABLE: {
    code: 'FAILED_PRECONDITION',
    audience: 'developer',
    cause:
      'The file is no snapshot, is damaged or cut off, or was made by a program whose tables this one does not know. Nothing was changed.',
    fix: 'The message says which. Copy the file again in binary, run the version of Charsu that made it, or save it anew.',
  },
  SNAPSHOT_BUSY: {
    code: 'UNAVAILABLE',
    audience: 'developer',
    cause:
      'Another snapshot of this marketplace is being saved or loaded, or another program holds its tables.',
    fix: 'Wait until it is done and try again. Close other sessions of the database, such as an open transaction in psql.',
  },
  SNAPSHOT_NOT_POSSIBLE: {
    code: 'FAILED_PRECONDITION',
    audience: 'developer',
    cause:
      'This server cannot keep or load snapshots: it has no data folder, or its database holds more than Charsu, or may not be changed by its user.',
    fix: 'Set CHARSU_DATA_DIR, and give Charsu a database of its own whose owner it connects as.',
  },
} as const satisfies Answers
