import type { Entries } from './entry.ts'

/** Why a delivery ended without being delivered (docs/delivery.md). */
export const DELIVERY_ENTRIES = {
  attempts_exhausted: {
    audience: 'app',
    cause: 'Every attempt of the schedule failed, the last one more than two days after the first.',
    fix: 'See in the console what the app answered, mend it, then send the delivery once more (resend), or all that were lost (replay).',
  },
  status_400: {
    audience: 'app',
    cause:
      'The app answered 400, which says that the event itself is wrong. The same event would be refused again, so it was not tried again.',
    fix: 'Mend the app, then resend. Answer 2xx to events that the app does not care for, and 5xx when it cannot take one just now.',
  },
  status_405: {
    audience: 'app',
    cause: 'The app answered 405: its events URL does not take POST.',
    fix: 'Serve POST at the events URL, or set another URL, then resend.',
  },
  status_413: {
    audience: 'app',
    cause: 'The app answered 413: the event is larger than it takes.',
    fix: 'Let the app take bodies of up to 1 MiB, then resend.',
  },
  status_415: {
    audience: 'app',
    cause: 'The app answered 415: it does not read application/json.',
    fix: 'Read JSON at the events URL, then resend.',
  },
  status_422: {
    audience: 'app',
    cause: 'The app answered 422: it could not make sense of the event, so it was not tried again.',
    fix: 'Mend the app, then resend. Ignore unknown fields and event types: new ones may be added.',
  },
  grant_revoked: {
    audience: 'app',
    cause: 'The user took their consent back before the event was delivered, so it was not sent any more.',
    fix: 'Nothing was lost that the app may know. Ask for consent again when the user comes back.',
  },
  user_blacklisted: {
    audience: 'app',
    cause: 'The marketplace blacklisted the user before the event was delivered.',
    fix: 'Nothing can be done. Events go on when the marketplace lifts it.',
  },
  approval_withdrawn: {
    audience: 'developer',
    cause: 'The marketplace took its approval of the app back before the event was delivered.',
    fix: 'Ask the marketplace’s operator.',
  },
  message_deleted: {
    audience: 'app',
    cause: 'Whoever wrote the message was deleted before it was delivered.',
    fix: 'Nothing can be done: the content is gone.',
  },
  replay_cancelled: {
    audience: 'developer',
    cause: 'The delivery was queued by a replay, and the replay was cancelled.',
    fix: 'Start another replay if you want it after all.',
  },
  dropped_on_reenabling: {
    audience: 'developer',
    cause: 'The events URL was enabled again with the wish to drop what had waited meanwhile.',
    fix: 'Resend it, or start a replay of the dead deliveries of that time.',
  },
  held_too_long: {
    audience: 'developer',
    cause:
      'The delivery waited for an events URL that was missing or disabled for as long as deliveries are held, 30 days unless the operator chose otherwise.',
    fix: 'Set or enable the events URL, then replay the dead deliveries of that time while they are kept.',
  },
  event_content_missing: {
    audience: 'host',
    cause: 'What the event tells of is gone from the database, so it could not be written.',
    fix: 'Nothing can be done for this delivery. If it happens often, tell the operator.',
  },
  endpoint_removed: {
    audience: 'developer',
    cause: 'The events URL that the delivery was for is no longer there.',
    fix: 'Set an events URL; later events go to it.',
  },
} as const satisfies Entries

/** Why no attempts are made at an events URL any more. */
export const DISABLED_ENTRIES = {
  answered_410_gone: {
    audience: 'developer',
    cause:
      'The events URL answered 410, which says that nothing will ever be there again, so it was disabled. Deliveries are held, not lost.',
    fix: 'Mend the URL or set another, then enable it in the console: what was held is then delivered, or dropped if you say so.',
  },
  failing_for_five_days: {
    audience: 'developer',
    cause:
      'Every attempt of five days failed, so the events URL was disabled. Deliveries are held, not lost.',
    fix: 'Mend the app, then enable the URL in the console: what was held is then delivered, or dropped if you say so.',
  },
} as const satisfies Entries

/** What became of a replay (docs/delivery.md). */
export const REPLAY_ENTRIES = {
  waits_for_endpoint: {
    audience: 'developer',
    cause: 'The replay waits, because the events URL is missing or disabled.',
    fix: 'Set or enable the events URL: the replay goes on by itself. Or cancel it.',
  },
  nothing_to_replay: {
    audience: 'developer',
    cause: 'The replay is done and sent nothing: no delivery matched its filter and could be sent.',
    fix: 'See its skipped counts for why, or widen the filter of another one.',
  },
  internal_error: {
    audience: 'host',
    cause: 'The replay stopped by a fault of the server, which was logged.',
    fix: 'Resume it: it goes on where it stopped. If it fails again, tell the operator its id.',
  },
} as const satisfies Entries

/** How an attempt to call the app failed; a retry follows on the schedule. The reason stands before the colon of `error`. */
export const ATTEMPT_ENTRIES = {
  url: {
    audience: 'developer',
    cause:
      'The app’s URL cannot be called as it is written: it is not absolute, too long, not http or https, or holds a password.',
    fix: 'Set a right URL in the console.',
    example: 'https://app.example/charsu/events',
  },
  guard: {
    audience: 'developer',
    cause:
      'The app’s URL leads to an address or port that apps may not have, such as one of a private network.',
    fix: 'Set a URL that can be reached from the internet. The operator opens further addresses with CHARSU_EGRESS_ALLOW and ports with CHARSU_EGRESS_PORTS.',
  },
  dns: {
    audience: 'developer',
    cause: 'The name of the app’s server could not be resolved.',
    fix: 'Check the name in the URL, and its DNS records.',
  },
  connect: {
    audience: 'developer',
    cause: 'No connection to the app’s server came about: it refused, or could not be reached.',
    fix: 'Check that the app runs and listens at this port, and that no firewall is in between.',
  },
  tls: {
    audience: 'developer',
    cause:
      'The connection stood, but TLS failed: the certificate is not valid for this name, over, or of an unknown authority.',
    fix: 'Install a valid certificate with its whole chain. The operator adds an authority of their own with CHARSU_EGRESS_CA.',
  },
  timeout: {
    audience: 'app',
    cause: 'The app did not answer in time: 10 seconds for an event, 5 for a click.',
    fix: 'Answer 2xx as soon as the event is stored, and work on it afterwards.',
  },
  reset: {
    audience: 'app',
    cause: 'The connection broke before the answer was complete.',
    fix: 'See the app’s log: often the process ended, or a proxy in between gave up.',
  },
  protocol: {
    audience: 'app',
    cause: 'What came back is no valid HTTP.',
    fix: 'Check that the URL’s scheme and port belong together, and that an HTTP server answers there.',
  },
  NOT_2XX: {
    audience: 'app',
    cause:
      'The app answered an event with another status than 2xx. It is tried again on the schedule, and no sooner than a Retry-After says.',
    fix: 'Answer 2xx once the event is stored. See the app’s log for what went wrong.',
  },
} as const satisfies Entries
