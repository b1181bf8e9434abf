/** Replaced by what is made anew: apps take a signature for five minutes, and an event of one id once. */
export const SIGNED_HEADERS: ReadonlySet<string> = new Set([
  'webhook-id',
  'webhook-timestamp',
  'webhook-signature',
])

/** For curl, behind {@link signingLines}. */
export const SIGNED_WORDS: readonly string[] = [
  `  --header "webhook-id: $id"`,
  `  --header "webhook-timestamp: $timestamp"`,
  `  --header "webhook-signature: v1,$signature"`,
]

/**
 * Lines of a POSIX shell that sign a body as the platform does (Standard Webhooks), with what openssl and LibreSSL both
 * know. Needs CHARSU_WEBHOOK_SECRET, of which the first is taken where there are several.
 * @param body one word of a shell.
 */
export const signingLines = (id: string, body: string): string[] => [
  '# It is signed afresh, under an id of its own: an app handles each id once.',
  `body=${body}`,
  'timestamp=$(date +%s)',
  `id=${shellSafe(id)}-$timestamp`,
  `secret=\${CHARSU_WEBHOOK_SECRET%%,*}`,
  `key=$(printf %s "\${secret#whsec_}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \\n')`,
  'signature=$(printf %s "$id.$timestamp.$body" |',
  '  openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | openssl base64 -A)',
]

/** The platform's ids have none of the characters that are dropped. */
const shellSafe = (id: string): string => id.replaceAll(/[^\w.-]/g, '')
