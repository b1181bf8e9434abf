import { parser } from '@charsu/protocol/parse'
import * as Type from 'typebox'
import { limitEndpoint, readEndpoint, reenableEndpoint } from '../apps/endpoint.ts'
import { endpointLimitsParser } from '../apps/endpoint-limits.ts'
import { EndpointHealth } from '../apps/endpoint-view.ts'
import type { Database } from '../db/database.ts'
import { type Route, route } from '../http/route.ts'
import { named } from './named.ts'

const ENDPOINT = '/console/v1/apps/:slug/endpoint'

const enableParser = parser(
  Type.Object(
    {
      waiting: Type.Optional(
        Type.Enum(['release', 'drop'], {
          description: 'whether what was held is delivered now, which is the default, or ends as dead',
        }),
      ),
    },
    // A misspelt choice that was passed over would send everything.
    { additionalProperties: false },
  ),
)

/** The URL that hears an app's events, as its developer sees and governs it. */
export const endpointRoutes = (deps: { db: Database }): Route[] => [
  route({
    method: 'GET',
    path: ENDPOINT,
    operation: 'Console_GetEndpoint',
    summary: 'How the app’s events URL fares',
    caller: 'developer',
    answer: EndpointHealth,
    handle: ({ caller, params }) => readEndpoint(deps, named(caller, params)),
  }),
  route({
    method: 'PATCH',
    path: ENDPOINT,
    operation: 'Console_LimitEndpoint',
    summary: 'Limit the attempts at the events URL, at once and a second',
    caller: 'developer',
    body: endpointLimitsParser,
    answer: EndpointHealth,
    handle: ({ caller, params, body }) => limitEndpoint(deps, { ...named(caller, params), limits: body }),
  }),
  route({
    method: 'POST',
    path: `${ENDPOINT}/enable`,
    operation: 'Console_EnableEndpoint',
    summary: 'Enable the events URL again after it was disabled; what was held is delivered or dropped',
    caller: 'developer',
    body: enableParser,
    answer: EndpointHealth,
    handle: ({ caller, params, body: { waiting = 'release' } }) =>
      reenableEndpoint(deps, { ...named(caller, params), held: waiting }),
  }),
]
