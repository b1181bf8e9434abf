import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

/** Whether a process has this id; one of another user counts. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/**
 * When the process began, in the kernel's own unit, or an empty string where the system does not tell. With the
 * id it names a process even after the id was used again, which in a restarted container is the usual case.
 */
export async function startTicks(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // The program's name, in parentheses, may itself hold spaces and parentheses; start time is the 20th after it.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}

/** The command line of a process, arguments apart by spaces or NULs; null where the system does not tell. */
export async function commandLine(pid: number): Promise<string | null> {
  if (process.platform === 'win32') return null
  if (process.platform === 'linux') return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => null)
  const listed = promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)])
  return listed.then(({ stdout }) => stdout).catch(() => null)
}
