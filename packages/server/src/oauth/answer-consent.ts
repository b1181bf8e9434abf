import type { UserCaller } from '../access/callers.ts'
import type { Clock } from '../clock.ts'
import type { HelpUrl } from '../errors.ts'
import { readerOf } from '../http/reader.ts'
import { type ErrorRequest, type HttpAnswer, redirect } from '../http/route.ts'
import type { Consent, ConsentTickets } from './consent-ticket.ts'
import { readGivableScopes } from './givable-scopes.ts'
import { answerUri, redirectWithFault } from './redirect-back.ts'
import { ticketPage } from './refusal-pages.ts'
import type { SubjectDeps } from './scope-subjects.ts'
import { addToGrant, findClient, insertCode, type OAuthClient } from './store.ts'

export interface AnswerConsentDeps extends SubjectDeps {
  tickets: ConsentTickets
  clock: Clock
  helpUrl: HelpUrl
}

/** Milliseconds that an authorization code can be exchanged in (wire contract §7). */
const CODE_MS = 10 * 60 * 1000

/** The user's answer to the consent page: a code for the app, or access_denied (wire contract §7). */
export async function answerConsent(
  deps: AnswerConsentDeps,
  input: ErrorRequest & { caller: UserCaller; ticket: string; decision: string },
): Promise<HttpAnswer> {
  const reader = readerOf(input, input.caller)
  const opened = deps.tickets.open(input.ticket)
  if (!opened.ok) return ticketPage(reader, opened.why)
  const { consent } = opened
  if (consent.userId !== input.caller.userId) return ticketPage(reader, 'other_user')
  if (input.decision === 'deny') {
    const description = 'the user did not allow it: nothing was granted'
    return redirectWithFault(consent, { error: 'access_denied', description }, deps.helpUrl)
  }
  if (input.decision !== 'allow') return ticketPage(reader, 'no_decision')

  const client = await findClient(deps.db, consent.clientId)
  if (!client?.redirectUris.includes(consent.redirectUri)) return ticketPage(reader, 'app_changed')
  // An approval may have been withdrawn, or a post changed hands, while the page was open.
  const givable = await readGivableScopes(deps, {
    client,
    userId: consent.userId,
    text: consent.scopes.join(' '),
  })
  if (!givable.ok) return redirectWithFault(consent, givable.fault, deps.helpUrl)

  const code = deps.tickets.codeFor(input.ticket)
  const first = await grant(deps, client, consent, code)
  return first ? redirect(answerUri(consent, { code })) : ticketPage(reader, 'answered')
}

class AnsweredBefore extends Error {}

/** @returns false, leaving everything as it was, when this ticket has been allowed before. */
async function grant(
  deps: AnswerConsentDeps,
  client: OAuthClient,
  consent: Consent,
  code: string,
): Promise<boolean> {
  const { userId, scopes, redirectUri, proofKey } = consent
  const expiresAt = new Date(deps.clock.now() + CODE_MS)
  try {
    await deps.db.transaction().execute(async (tx) => {
      const grantId = await addToGrant(tx, { appId: client.id, userId, scopes })
      const content = { code, grantId, appId: client.id, userId, redirectUri, scopes, proofKey, expiresAt }
      if (!(await insertCode(tx, content))) throw new AnsweredBefore()
    })
    return true
  } catch (error) {
    if (error instanceof AnsweredBefore) return false
    throw error
  }
}
