import * as Type from 'typebox'
import { ApiError } from '../errors.ts'
import { type Route, route } from '../http/route.ts'
import type { MediaOwner } from '../media/media-owner.ts'

export interface MyUploadDeps {
  uploadTokens: { issue(owner: MediaOwner): string }
}

/** What a person sends files with (wire contract §10 has the upload itself). */
export const myUploadRoutes = ({ uploadTokens }: MyUploadDeps): Route[] => [
  route({
    method: 'POST',
    path: '/me/v1/uploads',
    operation: 'Me_GetUploadToken',
    summary: 'Get a token to upload my files with, for an hour',
    caller: 'user',
    answer: Type.Object({ token: Type.String() }),
    async handle({ caller }) {
      if (caller.blacklisted) throw blacklisted()
      return { token: uploadTokens.issue({ kind: 'user', id: caller.userId }) }
    },
  }),
]

const blacklisted = (): ApiError =>
  new ApiError(
    'FAILED_PRECONDITION',
    'the marketplace has blacklisted you, so you cannot send files: ask its support',
    { reason: 'USER_BLACKLISTED' },
  )
