import { DynamicActionBody, SessionBodyV1, SessionBodyV2 } from '@charsu/protocol/click-requests'
import { dynamicActionRequest } from '@charsu/protocol/dynamic-action'
import {
  type SessionFacts,
  sessionRequestV1,
  sessionRequestV2,
} from '@charsu/protocol/session-initialization'
import { SAMPLE_USERS } from './sample-users.ts'
import type { SamplePlace, Trigger } from './trigger.ts'

const sessionFacts = ({ url, postToken, conversationId }: SamplePlace): SessionFacts => ({
  source: 'CHAT_MESSAGE_ACTION',
  userId: SAMPLE_USERS.buyer,
  data: {},
  returnUrl: `${url}/completion`,
  userSide: 'DEMAND',
  postToken,
  conversationId,
  peerId: SAMPLE_USERS.seller,
  supplierId: SAMPLE_USERS.seller,
  demandId: SAMPLE_USERS.buyer,
})

/** What a click on an app's button asks of the app. */
export const CALL_TRIGGERS: readonly Trigger[] = [
  {
    name: 'session:v2',
    summary: 'a buyer clicks a button with open_server_link',
    call: 'session',
    sessionVersion: 2,
    schema: SessionBodyV2,
    sample: (place) => sessionRequestV2(sessionFacts(place)),
  },
  {
    name: 'session:v1',
    summary: 'the same, for apps that are set to version 1',
    call: 'session',
    sessionVersion: 1,
    schema: SessionBodyV1,
    sample: (place) => sessionRequestV1(sessionFacts(place)),
  },
  {
    name: 'action',
    summary: 'a buyer clicks a button with get_dynamic_action',
    call: 'action',
    schema: DynamicActionBody,
    sample: ({ postToken, conversationId }) =>
      dynamicActionRequest({
        touchpoint: 'CHAT',
        userId: SAMPLE_USERS.buyer,
        data: {},
        userSide: 'DEMAND',
        postToken,
        conversationId,
      }),
  },
]
