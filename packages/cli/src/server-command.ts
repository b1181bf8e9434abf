import { fileURLToPath } from 'node:url'
import { PARENT_MARK } from '@charsu/server/processes/watch-parent'
import { V8_FLAGS } from './v8-flags.ts'

export interface ProcessCommand {
  file: string
  args: readonly string[]
  env: Record<string, string | undefined>
}

/** The server as a process that ends when this one does. */
export const serverCommand = (input: {
  node: string
  pid: number
  env: Readonly<Record<string, string | undefined>>
  flags?: readonly string[]
}): ProcessCommand => ({
  file: input.node,
  args: [...V8_FLAGS, fileURLToPath(import.meta.resolve('@charsu/server/main')), ...(input.flags ?? [])],
  env: { ...input.env, [PARENT_MARK]: String(input.pid) },
})
