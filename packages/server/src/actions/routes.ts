import { parser } from '@charsu/protocol/parse'
import * as Type from 'typebox'
import { type Route, redirect, route } from '../http/route.ts'
import { returnPath } from './return-url.ts'

/** Apps add parameters of their own on the way back, and a user on the way back should never meet an error. */
const CompletionQuery = Type.Object({
  conversation: Type.Optional(Type.Unknown({ description: 'the conversation that the click was made in' })),
  to: Type.Optional(Type.Unknown({ description: 'notices' })),
})

export const actionRoutes = (): Route[] => [
  route({
    method: 'GET',
    path: '/completion',
    operation: 'Completion_Return',
    summary: 'Bring a user back from an app’s page to where the click was (completion_url and return_url)',
    caller: 'anyone',
    status: 302,
    query: parser(CompletionQuery),
    handle: async ({ query }) => redirect(returnPath(query)),
  }),
]
