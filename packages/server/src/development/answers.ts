import * as Type from 'typebox'

const OrNull = <S extends Type.TSchema>(schema: S) => Type.Union([schema, Type.Null()])

/** What runs here. */
export const Surroundings = Type.Object({
  name: Type.Literal('charsu'),
  version: Type.String(),
  url: Type.String({ description: 'origin under which browsers and apps reach this server' }),
  host_key: Type.String({ description: 'opens the host API' }),
  data_dir: OrNull(Type.String({ description: 'where the embedded database keeps its files' })),
  people: Type.Array(
    Type.Object({
      host_id: Type.String(),
      name: Type.String(),
      locale: Type.String(),
      developer: Type.Boolean(),
      operator: Type.Boolean({ description: 'may open the operators’ pages' }),
    }),
  ),
  posts: Type.Array(
    Type.Object({
      token: Type.String(),
      title: Type.String(),
      category: Type.String(),
      city: Type.String(),
      state: Type.String(),
      owner: Type.String({ description: 'host_id of its owner' }),
    }),
  ),
  conversations: Type.Array(
    Type.Object({
      id: Type.String(),
      post_token: OrNull(Type.String()),
      seller: Type.String({ description: 'host_id' }),
      buyer: Type.String({ description: 'host_id' }),
    }),
  ),
  apps: Type.Array(Type.String({ description: 'slug' })),
})
export type Surroundings = Type.Static<typeof Surroundings>

/** An app of this machine, its credentials in clear. */
export const DevelopmentAppAnswer = Type.Object({
  slug: Type.String(),
  display_name: Type.String(),
  client_id: Type.String({ description: 'the slug' }),
  client_secret: Type.String(),
  api_key: Type.String(),
  identification_key: OrNull(Type.String()),
  webhook_secret: Type.String(),
  url: OrNull(Type.String()),
  events_url: OrNull(Type.String()),
  session_initialization_url: OrNull(Type.String()),
  session_version: Type.Integer(),
  dynamic_action_url: OrNull(Type.String()),
  redirect_uris: Type.Array(Type.String()),
  host_header: OrNull(Type.String()),
  chat_url: Type.String({ description: 'path of the page on which people chat with the app itself' }),
  created: Type.Boolean({ description: 'whether the app was made by this call' }),
})
export type DevelopmentAppAnswer = Type.Static<typeof DevelopmentAppAnswer>

/** How the app took a call, and what the platform would make of it. */
export const TriggerAnswer = Type.Object({
  url: Type.String(),
  id: Type.String({ description: 'webhook-id of the call' }),
  status: OrNull(Type.Integer({ description: 'null when no complete answer came' })),
  ms: Type.Number(),
  headers: Type.Record(Type.String(), Type.String()),
  answer: OrNull(Type.String({ description: 'its body as text, at most 16 KiB' })),
  truncated: Type.Boolean({ description: 'the body went on' }),
  effect: OrNull(
    Type.Object(
      {
        open_url: Type.Optional(Type.String()),
        toast: Type.Optional(Type.String()),
        action: Type.Optional(Type.Unknown()),
      },
      { description: 'what a click would have come to' },
    ),
  ),
  failure: OrNull(
    Type.Object(
      { stage: Type.String(), reason: Type.String() },
      { description: 'why the call came to nothing, with what to do' },
    ),
  ),
})
export type TriggerAnswer = Type.Static<typeof TriggerAnswer>
