import * as Type from 'typebox'
import { parser } from './parse.ts'

/** Answer of `GET /v1/open-platform/users` (wire contract §8): what the token's scopes show, no more. */
export const UserAnswer = Type.Object({
  /** The user's pseudonym towards the app; with USER_ID. */
  user_id: Type.Optional(Type.String()),
  /** With USER_PHONE. */
  phone_number: Type.Optional(Type.String()),
  /** With USER_PHONE; the older form, of one number. */
  phone_numbers: Type.Optional(Type.Array(Type.String())),
})

export type UserAnswer = Type.Static<typeof UserAnswer>

/** The answer for a user whose token carries these scope names; a user may have no phone number. */
export function userAnswer(
  user: { id: string; phone?: string | undefined },
  scopeNames: ReadonlySet<string>,
): UserAnswer {
  const answer: UserAnswer = {}
  if (scopeNames.has('USER_ID')) answer.user_id = user.id
  if (scopeNames.has('USER_PHONE')) {
    if (user.phone !== undefined) answer.phone_number = user.phone
    answer.phone_numbers = user.phone === undefined ? [] : [user.phone]
  }
  return answer
}

/** Body of `POST /v1/open-platform/get-user-id-by-phone` (wire contract §8). */
export const userIdByPhoneParser = parser(
  Type.Object({ phone: Type.String({ maxLength: 40, description: 'a phone number' }) }),
)

export const UserIdByPhoneAnswer = Type.Object({
  /** The user's pseudonym towards the app. */
  user_id: Type.String(),
})
