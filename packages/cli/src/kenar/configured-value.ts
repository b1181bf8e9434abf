import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { wrongUse } from '../command-error.ts'
import type { Io } from '../io.ts'

const NAMED = /^env:(.*)$/s

/**
 * The value of an option, or of the variable that it names as `env:NAME`: of the environment, else of the `.env` that
 * the app itself may read. So a secret need not stand in the command line, where others on the machine see it.
 * @throws CommandError with exit code 2 when there is no such variable.
 */
export async function configuredValue(
  { env, cwd }: Pick<Io, 'env' | 'cwd'>,
  option: string,
  given: string | undefined,
): Promise<string | undefined> {
  const name = given === undefined ? undefined : NAMED.exec(given)?.[1]
  if (name === undefined) return given
  const found = env[name] ?? (await ofDotEnv(cwd))[name]
  if (found) return found
  throw wrongUse(
    `${option} names the variable ${JSON.stringify(name)}, which is set neither in the environment nor in .env here`,
    `Set it, name another, or write the value itself: ${option} <value>.`,
  )
}

async function ofDotEnv(cwd: string): Promise<NodeJS.Dict<string>> {
  const text = await readFile(join(cwd, '.env'), 'utf8').catch(() => '')
  return parseEnv(text)
}
