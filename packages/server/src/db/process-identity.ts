import { readFile } from 'node:fs/promises'

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

/**
 * Whether the process can be a PostgreSQL server. After a crash its id may have gone to any program; where the
 * system does not tell, every living process counts.
 */
export async function looksLikePostgres(pid: number): Promise<boolean> {
  if (!isAlive(pid)) return false
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => 'postgres')
  return command.includes('postgres')
}
