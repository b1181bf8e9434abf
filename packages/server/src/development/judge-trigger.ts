import { readDynamicAnswer } from '@charsu/protocol/dynamic-action'
import { readSessionAnswer } from '@charsu/protocol/session-initialization'
import { MAX_ANSWER_BYTES } from '../outbound/call-app.ts'
import type { Answer, Failure, Outcome } from '../outbound/outcome.ts'
import type { TriggerCall } from './trigger-app.ts'

/** What a click would have come to. */
export interface TriggerEffect {
  open_url?: string
  toast?: string
  action?: object
}

export interface TriggerFailure {
  /** Of the call, or `status` for an answer that is no success, or `answer` for one that cannot be used. */
  stage: string
  /** Cause and fix. */
  reason: string
}

export interface Judgement {
  effect: TriggerEffect | null
  failure: TriggerFailure | null
}

export interface Judged {
  slug: string
  call: TriggerCall
  url: string
}

/** What the platform would make of the app's answer, told to its developer. */
export function judgeTrigger(call: Judged, outcome: Outcome): Judgement {
  if (outcome.kind === 'failure') return failed(outcome.stage, unanswered(call, outcome))
  const { status } = outcome
  if (status < 200 || status > 299) return failed('status', refused(call, status))
  if (call.call === 'event') return { effect: null, failure: null }
  if (outcome.truncated) {
    return failed('answer', `the answer has more than ${MAX_ANSWER_BYTES} bytes: send a shorter one`)
  }
  return effectOf(call.call, outcome)
}

const failed = (stage: string, reason: string): Judgement => ({ effect: null, failure: { stage, reason } })

function effectOf(call: 'session' | 'action', { body }: Answer): Judgement {
  const text = body.toString('utf8')
  if (call === 'session') {
    const answer = readSessionAnswer(text)
    if (answer.kind === 'failed') return failed('answer', answer.detail)
    return {
      effect: answer.kind === 'open' ? { open_url: answer.url } : { toast: answer.text },
      failure: null,
    }
  }
  const answer = readDynamicAnswer(text)
  if (answer.kind === 'failed') return failed('answer', answer.detail)
  const { action, text: toast } = answer
  return {
    effect: { ...(action !== undefined && { action }), ...(toast !== undefined && { toast }) },
    failure: null,
  }
}

function unanswered({ slug, url, call }: Judged, { stage, reason }: Failure): string {
  const origin = URL.canParse(url) ? new URL(url).origin : url
  switch (stage) {
    case 'connect':
      return /ECONNREFUSED/.test(reason)
        ? `nothing listens at ${origin}: start your app there, or set its URL with PUT /dev/v1/apps/${slug}`
        : `${reason}: check that your app listens at ${origin}, or set its URL with PUT /dev/v1/apps/${slug}`
    case 'timeout':
      return call === 'event'
        ? `${reason}: answer 200 at once and do slow work afterwards`
        : `${reason}: people wait for the answer to a click; answer at once and do slow work afterwards`
    case 'dns':
      return `${reason}: set a URL of this machine, such as http://localhost:3000, with PUT /dev/v1/apps/${slug}`
    case 'tls':
      return `${reason}: use http:// for an app on this machine, or name its certificate authority in CHARSU_EGRESS_CA`
    case 'reset':
      return `${reason}: your app ended the connection; see its log`
    case 'protocol':
      return `${reason}: what listens at ${origin} does not answer in HTTP; check the port`
    case 'url':
    case 'guard':
      return `${reason}; set another with PUT /dev/v1/apps/${slug}`
  }
}

function refused({ url, call }: Judged, status: number): string {
  const said = `the app answered ${status}`
  if (status >= 300 && status < 400) return `${said}: redirects are not followed; set the final URL`
  if (status === 401 || status === 403) {
    return `${said}: it takes the call for a stranger's; compare Authorization with the app's identification key, and the signature with its webhook secret`
  }
  if (status === 404 || status === 405) {
    return `${said}: nothing is served for POST ${pathOf(url)}; set the URL at which your app waits`
  }
  if (status >= 500) return `${said}: its handler failed; see its log`
  const again = call === 'event' ? '; such an event would be sent again, or given up' : ''
  return `${said}: only 2xx is success${again}`
}

const pathOf = (url: string): string => (URL.canParse(url) ? new URL(url).pathname : url)
