import type { Parser } from '@charsu/protocol/parse'
import { parseSendEvent, SendEventBody } from '@charsu/protocol/send-event'
import * as Type from 'typebox'
import { invalidArgument } from '../errors.ts'
import { type Route, route } from '../http/route.ts'
import { type SendNoticeDeps, sendNotice } from './send-notice.ts'

const parameter = (description: string) => Type.Optional(Type.String({ description }))

const buttonParameters = (button: 'primary_button' | 'secondary_button') => ({
  [`${button}.title`]: parameter('the text on the button, 5 to 50 characters'),
  [`${button}.action.open_direct_link`]: parameter('an absolute http or https URL'),
  [`${button}.action.open_server_link.data`]: parameter('JSON text of an object, or data[key]=value'),
  [`${button}.action.get_dynamic_action.data`]: parameter('JSON text of an object, or data[key]=value'),
  [`${button}.action.open_post_page.post_token`]: parameter('the post whose page opens; empty means absent'),
  [`${button}.action.open_post_manage_page.post_token`]: parameter('the post whose management page opens'),
})

const SendEventQuery = Type.Object({
  message: parameter('the text, 1 to 1,000 characters'),
  target_type: parameter('USER, the default, or POST'),
  target_resource_id: parameter('a user id or a post token'),
  ...buttonParameters('primary_button'),
  ...buttonParameters('secondary_button'),
})

/** Query and body are read together (wire contract §6), so neither can be refused alone. */
const asSent = (schema: Type.TSchema): Parser<unknown> => ({
  schema,
  parse: (value) => ({ ok: true, value }),
})

export const noticeRoutes = (deps: SendNoticeDeps): Route[] => [
  route({
    method: 'POST',
    path: '/experimental/open-platform/events/send',
    operation: 'Events_SendEvent',
    summary: 'Send the token’s user a notice, with up to two buttons',
    caller: 'app-with-user',
    permission: 'EVENTS_SEND',
    query: asSent(SendEventQuery),
    body: asSent(SendEventBody),
    answer: Type.Object({}),
    handle: async ({ caller, query, body }) => {
      const read = parseSendEvent(query as Record<string, unknown>, body)
      if (!read.ok) throw invalidArgument(read.violations)
      return sendNotice(deps, { caller, notice: read.value })
    },
  }),
]
