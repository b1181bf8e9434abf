import { randomBytes } from 'node:crypto'
import { AppProcess } from '../app-process.ts'
import { pick } from '../pick.ts'
import type { Stage } from '../stage.ts'

export interface RegisteredFacts {
  slug: string
  /** The permissions that the API key carries. */
  permissions: string[]
}

const PERMISSIONS = [
  'CHAT_SEND_MESSAGE_OAUTH',
  'EVENTS_REGISTER_SUBSCRIPTION',
  'EVENTS_SEND',
  'USER_RETRIEVE',
]
const SCOPES = [
  'CHAT_POST_CONVERSATIONS_READ',
  'CHAT_POST_CONVERSATIONS_MESSAGE_SEND',
  'SEND_EVENT',
  'USER_ID',
  'NOTIFICATION_ACCESS_REVOCATION',
  'offline_access',
]

/** A developer registers the visit planner in the console, and starts it. */
export async function registerApp(stage: Stage): Promise<RegisteredFacts> {
  const { reporter, developer, charsu, appUrl, slug, names } = stage
  reporter.chapter('A developer registers an app')
  const identificationKey = randomBytes(18).toString('base64url')
  const created = await developer.post<{ client_secret: string; webhook_secret: string }>(
    `${charsu}/console/v1/apps`,
    {
      body: {
        slug,
        display_name: names.app,
        description: 'زمان بازدید را هماهنگ می‌کند.',
        redirect_uris: [`${appUrl}/charsu/callback`],
        events_url: `${appUrl}/charsu/events`,
        session_initialization_url: `${appUrl}/charsu/sessions`,
        dynamic_action_url: `${appUrl}/charsu/actions`,
        permissions: PERMISSIONS,
        scopes: SCOPES,
        identification_key: identificationKey,
      },
      show: (answer) => pick(answer, ['client_secret', 'webhook_secret']),
    },
  )
  const key = await developer.post<{ key: string; permissions: string[] }>(
    `${charsu}/console/v1/apps/${slug}/keys`,
    { body: { name: 'demo', permissions: PERMISSIONS }, show: (answer) => pick(answer, ['key', 'hint']) },
  )
  stage.secrets = {
    clientId: slug,
    clientSecret: created.body.client_secret,
    apiKey: key.body.key,
    identificationKey,
    webhookSecret: created.body.webhook_secret,
  }
  stage.app = new AppProcess({ ...stage.app.input, secrets: stage.secrets })
  await stage.app.start()
  reporter.note(`The visit planner runs as a process of its own at ${appUrl}.`)
  return { slug, permissions: key.body.permissions }
}
