import * as Type from 'typebox'
import type { Database } from '../db/database.ts'
import { ApiError } from '../errors.ts'
import { type Route, route } from '../http/route.ts'
import type { MediaOwner } from '../media/media-owner.ts'
import { requireUser } from './find-or-refuse.ts'

export interface HostUploadDeps {
  db: Database
  uploadTokens: { issue(owner: MediaOwner): string }
}

/** For a marketplace whose chat pages are its own (wire contract §10 has the upload itself). */
export const hostUploadRoutes = ({ db, uploadTokens }: HostUploadDeps): Route[] => [
  route({
    method: 'POST',
    path: '/host/v1/users/:host_id/uploads',
    operation: 'Host_GetUploadToken',
    summary: 'Get a token with which a user uploads files, for an hour',
    caller: 'host',
    answer: Type.Object({ token: Type.String() }),
    async handle({ params }) {
      const hostId = params.host_id ?? ''
      const user = await requireUser(db, hostId)
      if (user.blacklisted) throw blacklisted(hostId)
      return { token: uploadTokens.issue({ kind: 'user', id: user.id }) }
    },
  }),
]

const blacklisted = (hostId: string): ApiError =>
  new ApiError(
    'FAILED_PRECONDITION',
    `the user ${hostId} is blacklisted and cannot send files: lift it with PUT /host/v1/users/{host_id}`,
    { reason: 'USER_BLACKLISTED', metadata: { host_id: hostId } },
  )
