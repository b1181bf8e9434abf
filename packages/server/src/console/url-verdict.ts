import type { Outcome } from '../outbound/outcome.ts'

export const CHECKED_FIELDS = [
  'events_url',
  'session_initialization_url',
  'dynamic_action_url',
  'redirect_uri',
  'avatar_url',
] as const

export type CheckedField = (typeof CHECKED_FIELDS)[number]

/** What is wrong with an address: its form, the stage at which a call failed, or what the answer says. */
export const URL_PROBLEMS = [
  'form',
  'guard',
  'dns',
  'connect',
  'tls',
  'timeout',
  'reset',
  'protocol',
  'redirect',
  'not_found',
  'server_error',
  'not_an_image',
] as const

export type UrlProblem = (typeof URL_PROBLEMS)[number]

export interface UrlVerdict {
  /** A connection stood; null where none was tried. */
  reachable: boolean | null
  /** A complete answer came, whatever its status. */
  answered: boolean
  status: number | null
  ms: number | null
  problem: UrlProblem | null
  /** What is wrong and what to do, in English; empty when all is well. */
  advice: string
}

const NOT_TRIED = { reachable: null, answered: false, status: null, ms: null } as const

/** An address that saving would refuse, for the reason that saving would give. */
export const badForm = (fault: string): UrlVerdict => ({ ...NOT_TRIED, problem: 'form', advice: fault })

/** An address that only the person's own device can open. */
export const notOurs = (advice: string): UrlVerdict => ({ ...NOT_TRIED, problem: null, advice })

/** A connection stood, and what came over it was no answer. */
const AFTER_CONNECTING = new Set(['tls', 'reset', 'protocol'])

const FIX: Readonly<Record<string, string>> = {
  dns: 'Check the name, or wait until its DNS entry is known everywhere.',
  connect: 'Check the port, and that the server runs and its firewall lets Charsu in.',
  tls: 'Its certificate has to be valid for this name, with the whole chain.',
  timeout: 'It has to answer within a few seconds.',
  reset: 'The server ended the connection: look into its log.',
  protocol: 'It has to speak HTTP/1.1.',
  guard: 'Use an address that is reachable from the internet.',
}

/** What a try says about an address that is meant for `field`. Bodies never show in it. */
export function verdictOf(field: CheckedField, outcome: Outcome): UrlVerdict {
  if (outcome.kind === 'failure') {
    const { stage, reason, ms } = outcome
    if (stage === 'url') return badForm(reason)
    const tried = { answered: false, status: null, ms }
    if (stage === 'guard') return { ...NOT_TRIED, problem: 'guard', advice: sentence(reason, FIX.guard) }
    return {
      ...tried,
      reachable: AFTER_CONNECTING.has(stage),
      problem: stage,
      advice: sentence(reason, FIX[stage]),
    }
  }
  const { status, ms, headers } = outcome
  const answered = { reachable: true, answered: true, status, ms }
  const [problem, advice] = faultOf(field, status, headers['content-type'] ?? '')
  return { ...answered, problem, advice }
}

type Fault = [UrlProblem | null, string]
const FINE: Fault = [null, '']

function faultOf(field: CheckedField, status: number, contentType: string): Fault {
  const isCalledByUs = field !== 'redirect_uri' && field !== 'avatar_url'
  // 501 is how a server says that it knows POST alone.
  if (status >= 500 && status !== 501)
    return ['server_error', `It answers with ${status}, an error of its own: look into its log.`]
  if (status === 404 || status === 410) {
    return [
      'not_found',
      isCalledByUs
        ? `It answers with ${status} to HEAD. All is well if it serves POST alone there; otherwise check the path.`
        : `It answers with ${status}: check the path.`,
    ]
  }
  if (isCalledByUs && status >= 300 && status < 400) {
    return [
      'redirect',
      `It answers with ${status}, a redirect, and those are not followed: enter the address that it leads to.`,
    ]
  }
  if (field === 'avatar_url' && status < 300 && contentType !== '' && !/^image\//i.test(contentType)) {
    return ['not_an_image', 'It answers, but not with an image: enter the address of the picture itself.']
  }
  return FINE
}

const sentence = (reason: string, fix: string | undefined): string =>
  `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.${fix ? ` ${fix}` : ''}`
