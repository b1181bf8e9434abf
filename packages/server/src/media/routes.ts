import { parser } from '@charsu/protocol/parse'
import * as Type from 'typebox'
import { type HttpAnswer, type Route, route } from '../http/route.ts'
import { type ServeMediaDeps, serveMedia } from './serve-media.ts'
import { type TakeUploadDeps, takeUpload } from './take-upload.ts'
import type { UploadTokens } from './upload-token.ts'

export interface MediaDeps extends TakeUploadDeps, ServeMediaDeps {
  tokens: UploadTokens
}

const TokenAnswer = Type.Object({ token: Type.String() })
const UploadAnswer = Type.Object({
  id: Type.String({ description: 'The media token, to be sent as media_token.' }),
  status: Type.Literal('ok'),
})
const linkQuery = parser(
  Type.Object({ expires: Type.Optional(Type.Unknown()), signature: Type.Optional(Type.Unknown()) }),
)

/** Uploads, and the files that came of them (wire contract §10). */
export const mediaRoutes = (deps: MediaDeps): Route[] => [
  route({
    method: 'POST',
    path: '/experimental/open-platform/chat/upload',
    operation: 'ChatAPI_GenerateUploadToken',
    summary: 'Get a token to upload files with, for an hour',
    caller: 'app',
    permission: 'CHAT_UPLOAD_MEDIA',
    answer: TokenAnswer,
    handle: async ({ caller }) => ({ token: deps.tokens.issue({ kind: 'app', id: caller.appId }) }),
  }),
  route({
    method: 'POST',
    path: '/upload/:kind',
    operation: 'Media_Upload',
    summary: 'Upload an image, a video, a voice recording or a file, with an upload token as Bearer',
    caller: 'anyone',
    upload: ['file', 'thumbnail'],
    answer: UploadAnswer,
    handle: async ({ params, headers, upload }) => ({
      id: await takeUpload(deps, { kind: params.kind ?? '', headers, request: upload }),
      status: 'ok',
    }),
  }),
  serve(deps, 'GET'),
  serve(deps, 'HEAD'),
]

const serve = (deps: MediaDeps, method: 'GET' | 'HEAD'): Route =>
  route({
    method,
    path: '/media/:media_id/:variant',
    operation: method === 'GET' ? 'Media_Get' : 'Media_Get-head',
    summary:
      method === 'GET'
        ? 'Load an uploaded file, or a part of it, by a signed link'
        : 'What there is behind a signed link',
    caller: 'anyone',
    query: linkQuery,
    handle: ({ params, query, headers, gone }): Promise<HttpAnswer> =>
      serveMedia(deps, {
        id: params.media_id ?? '',
        variant: params.variant ?? '',
        query,
        headers,
        withBody: method === 'GET',
        gone,
      }),
  })
