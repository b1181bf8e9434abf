import { type ClickFailure, failure } from './click-result.ts'
import type { ClickedApp, Clicker } from './store.ts'

/** Nothing works for those whom the host has shut out, direct links included. */
export function whoIsShutOut(
  clicker: Pick<Clicker, 'blacklisted'>,
  app: Pick<ClickedApp, 'shutOut'> | null,
): { failure: ClickFailure } | undefined {
  if (clicker.blacklisted) return failure('USER_BLACKLISTED', 'the marketplace has blacklisted the user')
  if (!app?.shutOut) return undefined
  return failure('APP_SHUT_OUT', 'the marketplace has taken its approval of the app back: ask its operator')
}
