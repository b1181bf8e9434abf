import { parser } from '@charsu/protocol/parse'
import * as Type from 'typebox'
import { createLoginLink } from '../access/sessions.ts'
import type { Database } from '../db/database.ts'
import { type Route, route } from '../http/route.ts'
import type { Site } from '../http/site.ts'
import { pageTemplatesParser, readPageTemplates, writePageTemplates } from '../marketplace/page-templates.ts'
import { requireUser } from './find-or-refuse.ts'
import { HostIdSchema } from './user-rows.ts'

export interface HostSiteDeps {
  db: Database
  site: Site
}

const loginLinkParser = parser(
  Type.Object({
    /** Host id of the person to log in. */
    user: HostIdSchema,
    /** Where the browser goes then; `/` by default. */
    return_to: Type.Optional(Type.String({ description: 'a path of this origin, such as /chat' })),
  }),
)

export const hostSiteRoutes = ({ db, site }: HostSiteDeps): Route[] => [
  route({
    method: 'POST',
    path: '/host/v1/login-links',
    operation: 'Host_CreateLoginLink',
    summary: 'Make a link that logs a user in once, within five minutes',
    caller: 'host',
    body: loginLinkParser,
    async handle({ body }) {
      const user = await requireUser(db, body.user)
      const { secret, expiresAt } = await db
        .transaction()
        .execute((tx) => createLoginLink(tx, { userId: user.id, returnTo: body.return_to ?? '/' }))
      return { url: `${site.publicUrl}/login/${secret}`, expires_at: expiresAt.toISOString() }
    },
  }),
  route({
    method: 'GET',
    path: '/host/v1/page-templates',
    operation: 'Host_GetPageTemplates',
    summary: 'Read the URL templates of the host’s own pages',
    caller: 'host',
    handle: () => readPageTemplates(db),
  }),
  route({
    method: 'PUT',
    path: '/host/v1/page-templates',
    operation: 'Host_SetPageTemplates',
    summary: 'Set the URL templates of the host’s own pages; one that is left out is removed',
    caller: 'host',
    body: pageTemplatesParser,
    handle: ({ body }) => writePageTemplates(db, body),
  }),
]
