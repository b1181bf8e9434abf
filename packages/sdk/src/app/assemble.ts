import { Client } from '../client/client.ts'
import type { UserClient } from '../client/user-client.ts'
import { OAuth } from '../oauth/oauth.ts'
import type { Grant } from '../stores/grant-store.ts'
import type { HandlerError } from './app-errors.ts'
import type { CheckedSettings } from './app-settings.ts'
import type { Entry } from './chain.ts'
import { ConsentDesk, type ConsentHandlers } from './consent/consent-desk.ts'
import { Renewal } from './consent/renewal.ts'
import type { Topic } from './consent/subscriptions.ts'
import { GrantDesk } from './grant-desk.ts'
import { Receiver } from './receiver.ts'
import { PostSpeaker } from './say/post-speaker.ts'
import type { Services } from './services.ts'

/** What an app is made of. */
export interface AppParts {
  client: Client
  oauth: OAuth
  grants: GrantDesk
  speaker: PostSpeaker
  renewal: Renewal
  consent: ConsentDesk
  receiver: Receiver
}

export interface AssemblyDeps {
  settings: CheckedSettings
  /** Grow while handlers are registered. */
  entries: readonly Entry[]
  topics: ReadonlySet<Topic>
  consentHandlers: ConsentHandlers
  caught(error: HandlerError): Promise<boolean>
  report(error: unknown): void
}

/** Puts the parts of an app together. */
export function assemble(deps: AssemblyDeps): AppParts {
  const { settings, entries, topics, consentHandlers, caught, report } = deps
  const { apiKey, charsuUrl: baseUrl, publicUrl, basePath, clientId, clientSecret } = settings
  const { fetch, interceptors, time, grants: store } = settings
  const calls = { ...settings.calls, apiKey, baseUrl, fetch, interceptors, time }
  const client = new Client(calls)
  const redirectUri = `${publicUrl}${basePath}/callback`
  // A token may be renewed by whoever needs it first: what hangs on the old one has to follow.
  const onRefreshed = (grant: Grant): void => void renewal.subscribe(grant)
  const oauth = new OAuth({ ...calls, clientId, clientSecret, redirectUri, grants: store, onRefreshed })
  const clientOf = (grantId: string): UserClient => oauth.client(grantId)
  const grants = new GrantDesk({ grants: store, clientOf })
  const speaker = new PostSpeaker({ grants: store, clientOf })
  const renewal = new Renewal({ grants: store, oauth, client, time, topics, report })
  const consent = new ConsentDesk({
    settings,
    oauth,
    handlers: consentHandlers,
    subscribe: (grant) => renewal.subscribe(grant),
    caught,
    report,
  })
  const services = (traceparent: string | undefined): Services => {
    const inTrace = <C extends { inTrace(traceparent: string): C }>(of: C): C =>
      traceparent === undefined ? of : of.inTrace(traceparent)
    const tracedOf = (grantId: string): UserClient => inTrace(clientOf(grantId))
    const traced = new PostSpeaker({ grants: store, clientOf: tracedOf })
    const desk = new GrantDesk({ grants: store, clientOf: tracedOf })
    return {
      client: inTrace(client),
      say: (speech) => traced.say(speech),
      granted: (question) => desk.granted(question),
      clientWith: (question) => desk.clientWith(question),
      connectUrl: (request) => consent.connectUrl(request),
    }
  }
  const forgetUser = (userId: string): Promise<void> => grants.forgetUser(userId)
  const receiver = new Receiver({ settings, services, entries, caught, report, forgetUser })
  return { client, oauth, grants, speaker, renewal, consent, receiver }
}
