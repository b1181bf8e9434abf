import { hash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Charsu } from './charsu.ts'
import { type Grants, scopesFor } from './grants.ts'
import type { Settings } from './settings.ts'

const STATE_COOKIE = 'visit_planner_state'
const STATE_SECONDS = 600
const POST_TOKEN = /^[A-Za-z0-9_]{1,16}$/

type ConsentSettings = Pick<Settings, 'charsuUrl' | 'publicUrl' | 'clientId'>

const callbackUrl = (settings: ConsentSettings): string => `${settings.publicUrl}/callback`

/**
 * Sends a seller's browser to the consent page. The state comes back with the answer, and must be the one that this
 * very browser holds: otherwise somebody else's consent could be planted on it.
 */
export function askForConsent(settings: ConsentSettings, postToken: string | null): Response {
  if (postToken === null || !POST_TOKEN.test(postToken)) {
    return new Response('post_token is missing or malformed', { status: 400 })
  }
  const state = `${randomBytes(24).toString('base64url')}.${postToken}`
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: settings.clientId,
    redirect_uri: callbackUrl(settings),
    scope: scopesFor(postToken),
    state,
  })
  return new Response(null, {
    status: 302,
    headers: {
      location: `${settings.charsuUrl}/oauth2/auth?${query}`,
      'set-cookie': `${STATE_COOKIE}=${state}; Path=/callback; HttpOnly; SameSite=Lax; Max-Age=${STATE_SECONDS}`,
    },
  })
}

export type ConsentResult = 'connected' | 'denied' | 'wrong_state'

/** The browser is back: trades the code for tokens, keeps them and subscribes. */
export async function takeConsent(
  deps: { settings: ConsentSettings; charsu: Charsu; grants: Grants },
  { query, cookies }: { query: URLSearchParams; cookies: string | null },
): Promise<ConsentResult> {
  const state = query.get('state') ?? ''
  const held = new RegExp(`(?:^|; )${STATE_COOKIE}=([^;]+)`).exec(cookies ?? '')?.[1] ?? ''
  if (held === '' || !equal(state, held)) return 'wrong_state'
  const code = query.get('code')
  if (code === null) return 'denied'
  const tokens = await deps.charsu.exchangeCode(code, callbackUrl(deps.settings))
  await deps.grants.add(state.slice(state.indexOf('.') + 1), tokens)
  return 'connected'
}

const equal = (a: string, b: string): boolean =>
  timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer'))
