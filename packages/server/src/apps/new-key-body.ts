import { parser } from '@charsu/protocol/parse'
import * as Type from 'typebox'

const MAX_KEY_NAME = 100
const MAX_PERMISSIONS = 100

/** Body with which a developer, or the host for them, asks for an API key. */
export const newKeyParser = parser(
  Type.Object({
    name: Type.Optional(Type.String({ maxLength: MAX_KEY_NAME })),
    permissions: Type.Array(Type.String(), {
      minItems: 1,
      maxItems: MAX_PERMISSIONS,
      description: 'some of the permissions that the app asks for, each once',
    }),
  }),
)
