import { localeFrom } from '../http/page.ts'
import { type Route, route } from '../http/route.ts'
import { returnPage } from './return-page.ts'

export const actionRoutes = (): Route[] => [
  route({
    method: 'GET',
    path: '/completion',
    operation: 'Completion_Return',
    summary: 'Where an app’s page leads a user when they are done (completion_url and return_url)',
    caller: 'anyone',
    // Its query is not read: apps add parameters of their own, and nobody on the way back should meet an error.
    handle: async ({ headers }) => returnPage(localeFrom(headers['accept-language']?.toString())),
  }),
]
