import type { Readable } from 'node:stream'
import type { MediaVariant } from '../delivery/media-links.ts'

export interface StoredRange {
  /** First and last byte, both included. */
  first: number
  last: number
}

/** Where uploaded files lie: a folder, or an S3-compatible store. Names are unique and files never change. */
export interface MediaStorage {
  /**
   * Makes it ready to use, at the start.
   * @throws ConfigError when it can never work as it is set up.
   */
  open(): Promise<void>
  /** Stores the file at `path`, whole or not at all; the file stays. */
  put(name: string, path: string, facts: { contentType: string; sizeBytes: number }): Promise<void>
  /** Its bytes, which come as fast as they are read; null when it is not there. Destroying the stream ends it. */
  read(name: string, options: { range?: StoredRange; signal: AbortSignal }): Promise<Readable | null>
  /** Removes files; those that are not there are no fault. */
  remove(names: readonly string[], signal?: AbortSignal): Promise<void>
  close(): Promise<void>
}

/** Spread by the id's last characters, which are random: its first are the time. */
export const objectName = (mediaId: string, variant: MediaVariant): string =>
  `${mediaId.slice(-2)}/${mediaId}.${variant}`
