import type { Answers } from './entry.ts'

/** People, posts, apps, deliveries and replays (wire contract §5, §8, §11 and §12; the host's and the console's API). */
export const MARKETPLACE_ERRORS = {
  USER_UNKNOWN: {
    code: 'NOT_FOUND',
    audience: 'app',
    cause: 'There is no user with this id or phone number, or none whom this app may find.',
    fix: 'Apps take ids from events or from GET /v1/open-platform/users. The host creates a user with PUT /host/v1/users/{host_id} first.',
  },
  USER_BLACKLISTED: {
    code: 'FAILED_PRECONDITION',
    audience: 'user',
    cause: 'The marketplace has blacklisted this person, so they cannot send files.',
    fix: 'The person asks the marketplace’s support. The host lifts it with PUT /host/v1/users/{host_id}.',
  },
  USER_DELETED: {
    code: 'FAILED_PRECONDITION',
    audience: 'host',
    cause: 'The person whom this is about has been deleted, with everything that was theirs.',
    fix: 'Stop sending data about this person. Leave out the posts that the message names.',
  },
  USER_OWNS_APPS: {
    code: 'FAILED_PRECONDITION',
    audience: 'host',
    cause: 'The person who is to be deleted owns apps, and apps need an owner.',
    fix: 'Hand each app to another developer with PUT /host/v1/apps/{slug}/owner, then delete the user.',
  },
  OWNER_NOT_A_DEVELOPER: {
    code: 'FAILED_PRECONDITION',
    audience: 'host',
    cause: 'An app was to be given to a user who is no developer.',
    fix: 'Set developer to true with PUT /host/v1/users/{host_id}, then name the owner again.',
  },
  OWN_OPERATOR_FLAG: {
    code: 'FAILED_PRECONDITION',
    audience: 'user',
    cause:
      'An operator wanted to stop being one. Nobody may do that to themselves, so that one always remains.',
    fix: 'Ask another operator, or the host: PUT /host/v1/users/{host_id} with operator false.',
  },
  POST_UNKNOWN: {
    code: 'NOT_FOUND',
    audience: 'app',
    cause:
      'There is no post with this token, or none that may be seen here: others’ posts are seen only while they are published.',
    fix: 'Check the token: 1 to 16 letters, digits and underscores, and capital letters count. The host creates posts with PUT /host/v1/posts/{token}.',
  },
  POST_NOT_OWNED: {
    code: 'PERMISSION_DENIED',
    audience: 'app',
    cause:
      'The post is not one of the user’s own, or it does not exist; both are answered alike. What a user grants covers their own posts.',
    fix: 'Take the token from GET /v1/open-platform/finder/user-posts with the same access token, or use the token of the post’s owner.',
  },
  POST_REMOVED: {
    code: 'NOT_FOUND',
    audience: 'app',
    cause: 'The post was one of the user’s and has been removed.',
    fix: 'List the user’s posts again and forget this one. The event POST_UPDATE of the type ARCHIVE tells of it as it happens.',
  },
  TOO_MANY_DEVELOPMENT_POSTS: {
    code: 'RESOURCE_EXHAUSTED',
    audience: 'developer',
    cause: 'You have as many active development posts as one developer may have.',
    fix: 'Retire one that you do not need any more, or use one that is there.',
  },
  TOUCHPOINT_UNKNOWN: {
    code: 'NOT_FOUND',
    audience: 'host',
    cause: 'There is no touchpoint of this name.',
    fix: 'Use the name that the message proposes.',
    example: 'GET /host/v1/touchpoints/MY_POST?post_token=…',
  },
  APP_UNKNOWN: {
    code: 'NOT_FOUND',
    audience: 'developer',
    cause: 'There is no app with this slug, or it is not one of yours.',
    fix: 'Take the slug from GET /console/v1/apps, or as the host from GET /host/v1/apps.',
  },
  SLUG_TAKEN: {
    code: 'ALREADY_EXISTS',
    audience: 'developer',
    cause:
      'Another app has this slug. Slugs are never given twice, for they are the client_id and the name of the chat.',
    fix: 'Choose another slug.',
  },
  TOO_MANY_DEVELOPMENT_APPS: {
    code: 'RESOURCE_EXHAUSTED',
    audience: 'developer',
    cause: 'You have as many development apps as one developer may have.',
    fix: 'Use one of them for something else, or have one approved: an app in production does not count.',
  },
  NOTHING_TO_APPROVE: {
    code: 'FAILED_PRECONDITION',
    audience: 'developer',
    cause: 'The host has approved the app and everything that it asks for.',
    fix: 'Add the permissions or scopes that the app needs, then submit it again.',
  },
  KEY_UNKNOWN: {
    code: 'NOT_FOUND',
    audience: 'developer',
    cause: 'The app has no API key with this id.',
    fix: 'Take the id from GET /console/v1/apps/{slug}/keys. It is not the key itself.',
  },
  TOO_MANY_KEYS: {
    code: 'FAILED_PRECONDITION',
    audience: 'developer',
    cause: 'The app has as many API keys in force as it may have.',
    fix: 'Revoke a key that nothing uses any more.',
  },
  ENDPOINT_NOT_DISABLED: {
    code: 'FAILED_PRECONDITION',
    audience: 'developer',
    cause: 'The events URL was to be enabled, and it is not disabled.',
    fix: 'There is nothing to do: deliveries go on by themselves.',
  },
  ENDPOINT_DISABLED: {
    code: 'FAILED_PRECONDITION',
    audience: 'developer',
    cause: 'The app’s events URL is missing or disabled, so nothing can be sent to it.',
    fix: 'Set the events URL or repair it, enable it in the console, then try again.',
  },
  ALERT_NOT_FOUND: {
    code: 'NOT_FOUND',
    audience: 'developer',
    cause: 'The app has no alert with this id.',
    fix: 'Take an id from the app’s list of alerts.',
  },
  DELIVERY_NOT_FOUND: {
    code: 'NOT_FOUND',
    audience: 'developer',
    cause: 'The app has no delivery with this id. Old ones are removed after a time that the operator sets.',
    fix: 'Take an id from the app’s list of deliveries.',
  },
  DELIVERY_NOT_FINISHED: {
    code: 'FAILED_PRECONDITION',
    audience: 'developer',
    cause:
      'A delivery was to be sent once more that is still under way, or held until the events URL is set and enabled.',
    fix: 'Wait for its outcome, or set and enable the events URL: then it goes on by itself.',
  },
  DELIVERY_CANCELLED: {
    code: 'FAILED_PRECONDITION',
    audience: 'developer',
    cause:
      'The delivery was cancelled, for a reason that the message names, and what was cancelled is never sent again.',
    fix: 'Nothing can be done for this delivery. Look at its reason for what to do from now on.',
  },
  DELIVERY_CHANGED: {
    code: 'FAILED_PRECONDITION',
    audience: 'developer',
    cause: 'The delivery changed at the very moment in which it was to be sent once more.',
    fix: 'Try again.',
  },
  MESSAGE_DELETED: {
    code: 'FAILED_PRECONDITION',
    audience: 'developer',
    cause:
      'Whoever wrote the message that this delivery tells of has been deleted, and the message with them.',
    fix: 'Nothing can be done: the content is gone.',
  },
  GRANT_REVOKED: {
    code: 'FAILED_PRECONDITION',
    audience: 'developer',
    cause:
      'The user has taken back the consent that this delivery rests on, so it must not be sent once more.',
    fix: 'Ask the user for consent again. It gives new events, not the old ones.',
  },
  REPLAY_NOT_FOUND: {
    code: 'NOT_FOUND',
    audience: 'developer',
    cause: 'There is no replay with this id, or it is not one of this app.',
    fix: 'Take an id from the list of replays.',
  },
  REPLAY_STATUS: {
    code: 'FAILED_PRECONDITION',
    audience: 'developer',
    cause:
      'The replay’s status does not allow this: one that is done or cancelled is over, only a running one can be paused, and only a paused or failed one resumed.',
    fix: 'Do what the message advises. To send the same deliveries once more, start a new replay.',
  },
  TOO_MANY_REPLAYS: {
    code: 'FAILED_PRECONDITION',
    audience: 'developer',
    cause: 'As many replays are running or paused as may be at once.',
    fix: 'Wait until one of them is done, or cancel one.',
  },
  NOTHING_TO_REPLAY: {
    code: 'FAILED_PRECONDITION',
    audience: 'developer',
    cause: 'No finished delivery matches the filter of the replay.',
    fix: 'Widen the filter. The list of deliveries shows what there is.',
  },
} as const satisfies Answers
