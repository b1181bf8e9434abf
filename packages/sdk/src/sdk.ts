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
export { CharsuError, NoAnswerError, type NoAnswerStage, RefusedError } from './client/errors.ts'
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
