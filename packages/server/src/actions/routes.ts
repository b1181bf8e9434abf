import { parser } from '@charsu/protocol/parse'
import * as Type from 'typebox'
import { errorPage } from '../http/page.ts'
import { type Route, route } from '../http/route.ts'
import { type ComeBackDeps, comeBack } from './come-back.ts'
import { answerTouchpoint, type TouchpointVisitDeps, visitTouchpoint } from './touchpoint-visit.ts'

export type ActionDeps = ComeBackDeps & TouchpointVisitDeps

const text = Type.Optional(Type.String({ maxLength: 100 }))
const startForm = parser(Type.Object({ touchpoint: text, post_token: text, conversation_id: text }))

export const actionRoutes = (deps: ActionDeps): Route[] => [
  route({
    method: 'GET',
    path: '/completion',
    operation: 'Completion_Return',
    summary: 'Where an app’s page leads a user when they are done (completion_url and return_url)',
    caller: 'anyone',
    answerError: errorPage,
    handle: ({ url, base, headers }) => comeBack(deps, { url, base, headers }),
  }),
  route({
    method: 'GET',
    path: '/open/:slug',
    operation: 'Touchpoint_Open',
    summary: 'Open an app at a place of the host’s pages; opened in a browser',
    caller: 'anyone',
    answerError: errorPage,
    handle: ({ params, url, base, headers, traceparent }) =>
      visitTouchpoint(deps, { slug: params.slug ?? '', url, base, headers, traceparent }),
  }),
  route({
    method: 'POST',
    path: '/open/:slug',
    operation: 'Touchpoint_Start',
    summary: 'Answer the page that asks before a chat with an app begins',
    caller: 'user',
    form: true,
    body: startForm,
    answerError: errorPage,
    handle: ({ caller, params, body, base, headers, traceparent }) =>
      answerTouchpoint(
        deps,
        { slug: params.slug ?? '', base, headers, traceparent },
        { user: caller, fields: body },
      ),
  }),
]
