import * as Type from 'typebox'
import { isJsonObject } from './json-object.ts'
import { normalizer, type Report } from './parse.ts'
import { quoted } from './text-length.ts'

/** A code to be exchanged in the older way (wire contract §7). */
export interface OlderTokenRequest {
  code: string
  /** The app's slug. */
  client_id: string
  /** An API key of the app. */
  client_secret: string
  redirect_uri?: string
  code_verifier?: string
}

/** Body of `POST /v1/open-platform/oauth/access_token`. */
export const OlderTokenBody = Type.Object({
  code: Type.Optional(Type.String({ description: 'the code of the redirect' })),
  client_id: Type.Optional(Type.String({ description: "the app's slug" })),
  client_secret: Type.Optional(Type.String({ description: 'an API key of the app' })),
  grant_type: Type.Optional(Type.String({ description: 'authorization_code, or absent' })),
  redirect_uri: Type.Optional(
    Type.String({ description: 'compared with that of the code where it is sent' }),
  ),
  code_verifier: Type.Optional(Type.String({ description: 'for a code that was asked for with PKCE' })),
})

export const OlderTokenAnswer = Type.Object({
  access_token: Type.String({ maxLength: 100 }),
  /** Empty without offline_access, for strict readers want the field. */
  refresh_token: Type.String({ maxLength: 100 }),
  expires: Type.Integer({ description: 'when the access token ends, in seconds since 1970' }),
})

export type OlderTokenAnswer = Type.Static<typeof OlderTokenAnswer>

/** Reads an older exchange of a code; every field that is missing is named. */
export const olderTokenParser = normalizer<OlderTokenRequest>(OlderTokenBody, (value, report) => {
  const body = isJsonObject(value) ? value : {}
  const { grant_type: grantType = '', redirect_uri, code_verifier } = body
  if (typeof grantType === 'string' && grantType !== '' && grantType !== 'authorization_code') {
    report(
      'grant_type',
      `is ${quoted(grantType)}, but must be authorization_code; refresh tokens are exchanged at /oauth2/token`,
    )
  }
  return {
    code: required(body, 'code', 'send the one of the redirect', report),
    client_id: required(body, 'client_id', "send the app's slug", report),
    client_secret: required(body, 'client_secret', 'send an API key of the app', report),
    ...(typeof redirect_uri === 'string' && { redirect_uri }),
    ...(typeof code_verifier === 'string' && { code_verifier }),
  }
})

function required(body: Record<string, unknown>, name: string, remedy: string, report: Report): string {
  const value = body[name]
  if (value === undefined || value === '') report(name, `is required; ${remedy}`)
  return typeof value === 'string' ? value : ''
}
