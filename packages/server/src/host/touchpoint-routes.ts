import { postTokenFault } from '@charsu/protocol/identifiers'
import { didYouMean } from '@charsu/protocol/nearest'
import { normalizer, type Parser } from '@charsu/protocol/parse'
import { quoted } from '@charsu/protocol/text-length'
import * as Type from 'typebox'
import { type FindOffersDeps, findOffers } from '../actions/find-offers.ts'
import { TOUCHPOINTS, type TouchpointName } from '../apps/touchpoints.ts'
import { ApiError, invalidArgument } from '../errors.ts'
import { type Route, route } from '../http/route.ts'
import { isUuid } from '../ids.ts'
import { requireUser } from './find-or-refuse.ts'
import { A_HOST_ID } from './user-rows.ts'

interface OffersQuery {
  postToken?: string
  conversationId?: string
  user?: string
  after: string
}

const text = (description: string) => Type.Optional(Type.String({ maxLength: 128, description }))

/** An empty value counts as absent. */
const offersQueryParser: Parser<OffersQuery> = normalizer(
  Type.Object({
    post_token: text('the post of the page, at MY_POST and DEMAND_POST'),
    conversation_id: text('the conversation of the page, at CHAT'),
    user: text(`whose browser it is for: ${A_HOST_ID}`),
    after: text('the last slug of a page'),
  }),
  (value, report) => {
    // What is sent twice comes as a list; the schema refuses it.
    const given = value as Record<string, unknown>
    const said = (name: string): string => (typeof given[name] === 'string' ? given[name] : '')
    const postToken = said('post_token')
    const conversationId = said('conversation_id')
    const user = said('user')
    const fault = postToken ? postTokenFault(postToken) : undefined
    if (fault) report('post_token', fault)
    if (conversationId && !isUuid(conversationId))
      report('conversation_id', 'must be the UUID of a conversation')
    return {
      ...(postToken && { postToken }),
      ...(conversationId && { conversationId: conversationId.toLowerCase() }),
      ...(user && { user }),
      after: said('after'),
    }
  },
)

export const hostTouchpointRoutes = (deps: FindOffersDeps): Route[] => [
  route({
    method: 'GET',
    path: '/host/v1/touchpoints/:touchpoint',
    operation: 'Host_ListTouchpointApps',
    summary:
      'The apps that may be offered at a place of the host’s pages, with the links that open them, 100 at a time',
    caller: 'host',
    query: offersQueryParser,
    async handle({ params, query: { postToken, conversationId, user: hostId, after } }) {
      const touchpoint = knownTouchpoint(params.touchpoint ?? '')
      if ((touchpoint === 'MY_POST' || touchpoint === 'DEMAND_POST') && postToken === undefined) {
        throw invalidArgument([
          { field: 'post_token', description: `is required at ${touchpoint}: name the post` },
        ])
      }
      const user = hostId === undefined ? undefined : await requireUser(deps.db, hostId)
      return findOffers(deps, { touchpoint, postToken, conversationId, user }, after)
    },
  }),
]

function knownTouchpoint(name: string): TouchpointName {
  const known = TOUCHPOINTS.find((touchpoint) => touchpoint === name)
  if (known) return known
  const hint = didYouMean(name, TOUCHPOINTS) || ` There are ${TOUCHPOINTS.join(', ')}.`
  throw new ApiError('NOT_FOUND', `there is no touchpoint ${quoted(name)}.${hint}`, {
    reason: 'TOUCHPOINT_UNKNOWN',
  })
}
