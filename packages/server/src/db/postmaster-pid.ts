import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What a running PostgreSQL writes into its data folder. */
export interface PostmasterPid {
  pid: number
  port: number
}

/** Lines of postmaster.pid: process id, data folder, start time, port, …; null while it is still half written. */
export function parsePostmasterPid(text: string): PostmasterPid | null {
  const lines = text.split('\n')
  const pid = Number(lines[0])
  const port = Number(lines[3])
  return Number.isInteger(pid) && pid > 0 && Number.isInteger(port) && port > 0 ? { pid, port } : null
}

/** The entry of the data folder, or null when no server has it open (or none has got far enough to say so). */
export async function readPostmasterPid(data: string): Promise<PostmasterPid | null> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')
  return parsePostmasterPid(text)
}
