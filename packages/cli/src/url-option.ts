import { Option } from 'commander'
import { DEFAULT_URL } from './dev-client.ts'

/** `--url`, which every command has that talks to a running Charsu. */
export const urlOption = (): Option =>
  new Option('--url <url>', `address of the Charsu in development mode (CHARSU_URL, or ${DEFAULT_URL})`)
