import * as Type from 'typebox'
import type { AppRecord, AppRow, SecretRow } from './store.ts'
import { TouchpointSchema } from './touchpoints.ts'

const Time = Type.String({ format: 'date-time' })
const OrNull = <S extends Type.TSchema>(schema: S) => Type.Union([schema, Type.Null()])

const AskedName = Type.Object({
  name: Type.String(),
  approved: Type.Boolean({
    description: 'a production app may use what the host approved, and nothing else',
  }),
})

const Secret = Type.Object({
  created_at: Time,
  expires_at: OrNull(Time),
})

export const AppSummary = Type.Object({
  slug: Type.String({ description: 'also the OAuth client_id' }),
  display_name: Type.String(),
  avatar_url: OrNull(Type.String()),
  development: Type.Boolean({
    description:
      'until the host approves the app: it may use every scope and permission, and people are warned',
  }),
  submitted_at: OrNull(Time),
  created_at: Time,
  updated_at: Time,
})
export type AppSummary = Type.Static<typeof AppSummary>

/** An app as its developer sees it. Secrets are shown when they are made, and never here. */
export const AppDetails = Type.Object({
  ...AppSummary.properties,
  description: Type.String(),
  redirect_uris: Type.Array(Type.String()),
  events_url: OrNull(Type.String()),
  session_initialization_url: OrNull(Type.String()),
  session_initialization_version: Type.Integer(),
  dynamic_action_url: OrNull(Type.String()),
  identification_key_set: Type.Boolean(),
  permissions: Type.Array(AskedName),
  scopes: Type.Array(AskedName),
  touchpoints: Type.Array(TouchpointSchema),
  secrets: Type.Object({
    oauth_client: Type.Array(Secret),
    webhook_signing: Type.Array(Secret),
  }),
})
export type AppDetails = Type.Static<typeof AppDetails>

const timeOrNull = (time: Date | null): string | null => time?.toISOString() ?? null

export const summaryOf = (app: AppRow): AppSummary => ({
  slug: app.slug,
  display_name: app.display_name,
  avatar_url: app.avatar_url,
  development: app.development,
  submitted_at: timeOrNull(app.submitted_at),
  created_at: app.created_at.toISOString(),
  updated_at: app.updated_at.toISOString(),
})

export function detailsOf({ app, eventsUrl, ...record }: AppRecord): AppDetails {
  const secrets = (kind: SecretRow['kind']) =>
    record.secrets
      .filter((secret) => secret.kind === kind)
      .map(({ created_at, expires_at }) => ({
        created_at: created_at.toISOString(),
        expires_at: timeOrNull(expires_at),
      }))
  return {
    ...summaryOf(app),
    description: app.description,
    redirect_uris: app.redirect_uris,
    events_url: eventsUrl,
    session_initialization_url: app.session_initialization_url,
    session_initialization_version: app.session_initialization_version,
    dynamic_action_url: app.dynamic_action_url,
    identification_key_set: app.identification_key !== null,
    permissions: record.permissions,
    scopes: record.scopes,
    touchpoints: record.touchpoints.map(({ touchpoint, operation, fallback_url }) => ({
      touchpoint: touchpoint as AppDetails['touchpoints'][number]['touchpoint'],
      operation: operation as AppDetails['touchpoints'][number]['operation'],
      ...(fallback_url !== null && { fallback_url }),
    })),
    secrets: { oauth_client: secrets('oauth_client'), webhook_signing: secrets('webhook_signing') },
  }
}
