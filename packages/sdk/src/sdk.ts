/**
 * The app framework, buttons, consent and the client: `@charsu/sdk`.
 * @module
 */

export { App } from './app/app.ts'
export {
  CallRefusedError,
  type Failure,
  HandlerError,
  MissingGrantError,
  SettingsError,
  UsageError,
} from './app/app-errors.ts'
export { type AppSettings, appSettings, type CallSettings } from './app/app-settings.ts'
export type { Handler, Next } from './app/chain.ts'
export type { ConsentHandler } from './app/consent/consent-desk.ts'
export type {
  ActionContext,
  ChatbotActionContext,
  NoticeActionContext,
  PostActionContext,
} from './app/contexts/action-context.ts'
export type { AnyContext, ClickContext, EventContext } from './app/contexts/any-context.ts'
export type { ChatbotContext } from './app/contexts/chatbot-context.ts'
export type { ConnectedContext, DeniedContext } from './app/contexts/connected-context.ts'
export type { MessageContext } from './app/contexts/message-context.ts'
export type {
  ContactPart,
  FilePart,
  ImagePart,
  LocationPart,
  MessageKind,
  MessageParts,
  VideoPart,
  VoicePart,
} from './app/contexts/message-parts.ts'
export type { PostContext } from './app/contexts/post-context.ts'
export type { RevocationContext } from './app/contexts/revocation-context.ts'
export type { SessionContext } from './app/contexts/session-context.ts'
export type { CommandContext, HeardContext, StartContext } from './app/contexts/text-contexts.ts'
export type { UnknownEventContext } from './app/contexts/unknown-event-context.ts'
export type { Filter, Filters, Saying } from './app/filters.ts'
export type { ChatbotFaces, PostFaces, Said } from './app/say/said.ts'
export type { ConnectRequest } from './app/services.ts'
export type { Heard, StartPlace } from './app/text-matchers.ts'
export {
  type Action,
  type Button,
  type ButtonOptions,
  link,
  postManagePage,
  postPage,
} from './buttons/button.ts'
export { ButtonError, GridError, PayloadError } from './buttons/button-errors.ts'
export {
  action,
  type ClickKind,
  type ClickTarget,
  type PayloadTarget,
  type PlainTarget,
  serverLink,
} from './buttons/click-target.ts'
export { type ButtonGrid, type ButtonRow, type ButtonRows, fillGrid, grid } from './buttons/grid.ts'
export type {
  PayloadInput,
  PayloadOutput,
  PayloadSchema,
  StandardIssue,
  StandardResult,
  StandardSchema,
} from './buttons/payload-schema.ts'
export type {
  ChatbotMessageAnswer,
  FinderPost,
  FoundPost,
  GetConversationAnswer,
  PermissionsAnswer,
  ScopesAnswer,
  SearchPostsAnswer,
  SendMessageAnswer,
  UploadTokenAnswer,
  UserAnswer,
  UserIdByPhoneAnswer,
  UserPost,
  UserPostSummary,
  UserPostsAnswer,
} from './client/answers.ts'
export type {
  MediaBody,
  NoticeButtonBody,
  RangeBody,
  SearchPostsBody,
  SendChatbotMessageBody,
  SendEventBody,
  SendMessageBody,
  SubscribeBody,
  TextBody,
} from './client/bodies.ts'
export type { CallOptions, SendOptions } from './client/call-options.ts'
export { Client } from './client/client.ts'
export type { ClientSettings } from './client/client-settings.ts'
export {
  CharsuError,
  type NoAnswer,
  NoAnswerError,
  type NoAnswerStage,
  type Refusal,
  RefusedError,
} from './client/errors.ts'
export type { Interceptor } from './client/interceptor.ts'
export { OAuthError } from './client/oauth-error.ts'
export type { Time } from './client/time.ts'
export type { TokenSource } from './client/token-source.ts'
export type { UploadKind } from './client/upload.ts'
export { UserClient } from './client/user-client.ts'
export { NoGrantError } from './oauth/no-grant-error.ts'
export { type ConsentRequest, type ExchangeOptions, OAuth } from './oauth/oauth.ts'
export type { OAuthSettings } from './oauth/oauth-settings.ts'
export { type PkcePair, pkcePair } from './oauth/pkce.ts'
export { scope } from './oauth/scope.ts'
export type { EventStore } from './stores/event-store.ts'
export type { Grant, GrantStore } from './stores/grant-store.ts'
export { MemoryEvents, type MemoryEventsSettings } from './stores/memory-events.ts'
export { MemoryGrants } from './stores/memory-grants.ts'
