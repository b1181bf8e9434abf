import { parser } from '@charsu/protocol/parse'
import * as Type from 'typebox'
import { clickMessage } from '../actions/click-message.ts'
import { clickNotice } from '../actions/click-notice.ts'
import { ClickResult } from '../actions/click-result.ts'
import { type ClickDeps, noSuchButton } from '../actions/run-click.ts'
import { readerOf } from '../http/reader.ts'
import { type Route, route } from '../http/route.ts'
import { clickParser } from './conversation-bodies.ts'
import { findMessage } from './message-store.ts'
import { pathId } from './not-found.ts'

const NoticeClickBody = Type.Object({ button: Type.Enum(['primary', 'secondary']) })

/** Clicks on buttons that the person was shown (wire contract §3). */
export const myClickRoutes = (deps: ClickDeps): Route[] => [
  route({
    method: 'POST',
    path: '/me/v1/conversations/:conversation_id/messages/:message_id/click',
    operation: 'Me_ClickMessage',
    summary: 'Click one of my buttons under a message',
    caller: 'user',
    body: clickParser,
    answer: ClickResult,
    handle: async ({ caller, params, body, headers, traceparent }) => {
      const conversationId = pathId('conversation', params.conversation_id)
      const messageId = pathId('message', params.message_id)
      const message = await findMessage(deps.db, messageId)
      if (message?.conversation_id !== conversationId) throw noSuchButton()
      const language = readerOf({ headers }, caller).locale
      return clickMessage(deps, { userId: caller.userId, messageId, language, traceparent, ...body })
    },
  }),
  route({
    method: 'POST',
    path: '/me/v1/notices/:notice_id/click',
    operation: 'Me_ClickNotice',
    summary: 'Click a button of a notice',
    caller: 'user',
    body: parser(NoticeClickBody),
    answer: ClickResult,
    handle: ({ caller, params, body, headers, traceparent }) =>
      clickNotice(deps, {
        userId: caller.userId,
        noticeId: pathId('notice', params.notice_id),
        button: body.button,
        language: readerOf({ headers }, caller).locale,
        traceparent,
      }),
  }),
]
