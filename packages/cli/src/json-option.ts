import { Option } from 'commander'
import type { Io } from './io.ts'

/** `--json`, which every command has that answers something. */
export const jsonOption = (): Option => new Option('--json', 'print the answer as JSON, for scripts')

export const printJson = (io: Pick<Io, 'out'>, value: unknown): void =>
  io.out(`${JSON.stringify(value, null, 2)}\n`)
