import type { CheckLimit } from '../access/check-limit.ts'
import { readSettings, type SettingsRules } from '../apps/app-settings.ts'
import type { Outbound } from '../outbound/call-app.ts'
import { badForm, type CheckedField, notOurs, type UrlVerdict, verdictOf } from './url-verdict.ts'

export interface UrlCheckDeps {
  rules: SettingsRules
  outbound: Pick<Outbound, 'call'>
  checks: Pick<CheckLimit, 'take'>
}

export interface UrlCheckInput {
  developerId: string
  field: CheckedField
  url: string
}

/** From DNS to the answer's head: somebody looks at a field and waits. */
const DEADLINE_MS = 5_000

/**
 * Whether an address would be saved, and whether it answers. The request is a HEAD without secrets, which by HTTP's own
 * rules changes nothing; it goes the way of every call to an app, so it reaches nothing that those do not.
 * @throws 429 when the developer has checked too often.
 */
export async function tryAppUrl(
  { rules, outbound, checks }: UrlCheckDeps,
  { developerId, field, url }: UrlCheckInput,
): Promise<UrlVerdict> {
  const fault = formFault(rules, field, url)
  if (fault !== undefined) return badForm(fault)
  if (!/^https?:/i.test(url)) {
    return notOurs(
      'A scheme of an installed app: the person’s own device opens it, so it is not tried from here.',
    )
  }
  await checks.take(developerId)
  const outcome = await outbound.call({
    url: url.split('#', 1)[0] ?? url,
    method: 'HEAD',
    headers: { 'user-agent': 'Charsu', accept: '*/*' },
    body: '',
    deadlineMs: DEADLINE_MS,
    maxAnswerBytes: 0,
  })
  const ofDevice = field === 'redirect_uri' && outcome.kind === 'failure' && outcome.stage === 'guard'
  if (ofDevice)
    return notOurs('Only the person’s browser can open this address, so it is not tried from here.')
  return verdictOf(field, outcome)
}

/** What saving would say of it. */
function formFault(rules: SettingsRules, field: CheckedField, url: string): string | undefined {
  if (url === '') return 'is empty: enter an address'
  const given = field === 'redirect_uri' ? { redirect_uris: [url] } : { [field]: url }
  let fault: string | undefined
  readSettings(given, rules, (_field, description) => {
    fault ??= description
  })
  return fault
}
