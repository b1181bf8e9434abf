import { slugFault } from '@charsu/protocol/app-texts'
import type { SettingsRules } from '../apps/app-settings.ts'
import type { AppsDeps } from '../apps/change-app.ts'
import { type DevelopmentAppView, putDevelopmentApp } from '../apps/put-development-app.ts'
import type { Tx } from '../db/database.ts'
import { invalidArgument } from '../errors.ts'
import { type Route, route } from '../http/route.ts'
import { DEVELOPMENT_USERS } from '../marketplace/seed-development.ts'
import { findUserByHostId } from '../marketplace/store.ts'
import { insertNewUsers } from '../marketplace/user-writes.ts'
import { DevelopmentAppAnswer } from './answers.ts'
import { appBody } from './app-body.ts'

export interface AppRouteDeps extends AppsDeps {
  rules: SettingsRules
}

export const appRoutes = (deps: AppRouteDeps): Route[] => [
  route({
    method: 'PUT',
    path: '/dev/v1/apps/:slug',
    operation: 'Development_PutApp',
    summary: 'Make an app of this machine or find it, set what is given, and tell its credentials',
    caller: 'local',
    body: appBody(deps.rules),
    answer: DevelopmentAppAnswer,
    handle: async ({ params: { slug = '' }, body }) => {
      const fault = slugFault(slug)
      if (fault) throw invalidArgument([{ field: 'slug', description: fault }])
      return answerOf(await putDevelopmentApp(deps, { developerId: developerOf, slug, ...body }))
    },
  }),
]

/** Who apps of this machine belong to, so that they show in the console of one whom every start makes. */
async function developerOf(tx: Tx): Promise<string> {
  const { developer } = DEVELOPMENT_USERS
  await insertNewUsers(tx, [developer])
  const found = await findUserByHostId(tx, developer.hostId)
  if (!found) throw new Error(`the developer ${developer.hostId} could not be made`)
  return found.id
}

const answerOf = ({ app, eventsUrl, credentials, url, hostHeader, created }: DevelopmentAppView) => ({
  slug: app.slug,
  display_name: app.display_name,
  client_id: app.slug,
  client_secret: credentials.clientSecret,
  api_key: credentials.apiKey,
  identification_key: app.identification_key,
  webhook_secret: credentials.webhookSecret,
  url,
  events_url: eventsUrl,
  session_initialization_url: app.session_initialization_url,
  session_version: app.session_initialization_version,
  dynamic_action_url: app.dynamic_action_url,
  redirect_uris: app.redirect_uris,
  host_header: hostHeader,
  chat_url: `/chat/addon_${app.slug}`,
  created,
})
