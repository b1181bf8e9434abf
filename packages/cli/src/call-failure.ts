import type { CallFailure } from './development-shapes.ts'

/** What an app's developer does about a call that got no answer, by the stage that ended it. */
const FIXES: Readonly<Record<string, string>> = {
  url: 'Set the app’s address with --app, such as --app http://localhost:3000.',
  dns: 'Check the host name in the app’s address.',
  guard: 'Charsu in production calls public addresses only; in development mode every address is allowed.',
  connect: 'Start the app, or say with --app where it listens.',
  tls: 'Use http:// on your own machine, or give Charsu the certificate authority in CHARSU_EGRESS_CA.',
  timeout: 'Answer first and do slow work afterwards: events have 10 s, clicks 5 s.',
  reset: 'The app closed the connection before it had answered: look at its output, it may have crashed.',
  protocol:
    'What listens there does not speak HTTP as expected: check the address, http or https, and the port.',
}

/** What an app's developer does about an answer that is not 2xx. */
function statusFix(status: number): string {
  if (status === 401 || status === 403) {
    return 'Compare Authorization with CHARSU_IDENTIFICATION_KEY, and verify signatures with CHARSU_WEBHOOK_SECRET.'
  }
  if (status === 404) return 'Nothing is served at that path: set the app’s addresses, or serve it there.'
  if (status === 405) return 'Charsu calls with POST.'
  if (status >= 300 && status < 400) return 'Redirects are not followed: set the address that it leads to.'
  if (status >= 500) return 'The app failed: look at its output.'
  return 'Answer 200 once you have taken the call.'
}

export interface Trouble {
  cause: string
  fix: string
}

/** Why a call to an app did not do what it was for, and what to do; undefined when the app answered 2xx. */
export function troubleOf(call: { status: number | null; failure: CallFailure | null }): Trouble | undefined {
  const { status, failure } = call
  if (failure) return { cause: failure.reason, fix: FIXES[failure.stage] ?? 'Look at the app’s output.' }
  if (status === null) return { cause: 'the app did not answer', fix: 'Look at the app’s output.' }
  if (status >= 200 && status < 300) return undefined
  return { cause: `the app answered ${status}`, fix: statusFix(status) }
}
