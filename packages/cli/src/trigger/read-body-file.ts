import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { CommandError, wrongUse } from '../command-error.ts'

/**
 * A body from a JSON file.
 * @throws CommandError that says what is wrong with it, and where.
 */
export async function readBodyFile(cwd: string, file: string): Promise<object> {
  const path = resolve(cwd, file)
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'there is no such file' : error.message
    throw new CommandError(`${path} cannot be read: ${why}`, {
      hint: 'Write the path of a JSON file; "charsu trigger <event> --print > body.json" makes one.',
      cause: error,
    })
  })
  try {
    const body: unknown = JSON.parse(text.replace(/^\uFEFF/, ''))
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body
  } catch (error) {
    throw wrongUse(`${path} is not JSON: ${(error as Error).message}`, 'Correct the file there.')
  }
  throw wrongUse(`${path} holds no JSON object`, 'A body looks like {"type": "NEW_MESSAGE", …}.')
}
