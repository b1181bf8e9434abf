import type { Authenticator } from '../access/authenticator.ts'
import { DEMO_BOT_SLUG } from '../apps/demo-bot-app.ts'
import { DEVELOPMENT_SCOPES, putDevelopmentApp } from '../apps/put-development-app.ts'
import { type SendAsPersonDeps, sendAsPerson } from '../conversations/send-as-person.ts'
import type { Database } from '../db/database.ts'
import { ApiError } from '../errors.ts'
import { DEVELOPMENT_CONVERSATION, DEVELOPMENT_USERS } from '../marketplace/seed-development.ts'
import { findUserByHostId } from '../marketplace/store.ts'
import { type GiveConsentDeps, giveConsent } from '../oauth/give-consent.ts'
import { findClient } from '../oauth/store.ts'
import { readScope, sendScope } from './answer-event.ts'
import type { BotGrant, BotMemory } from './bot-memory.ts'
import { findBotApp, isUnspoken, tokensOwnedBy } from './bot-store.ts'
import type { PlatformClient } from './platform-client.ts'

export interface SettleDeps extends Omit<GiveConsentDeps, 'authenticator'>, SendAsPersonDeps {
  db: Database
  authenticator: Pick<Authenticator, 'forget'>
  memory: BotMemory
  platform: PlatformClient
  /** Where the bot listens for the platform, and where people's browsers find it. */
  origin(): string
  pagesUrl(): string
}

export const BOT_DEVELOPER = DEVELOPMENT_USERS.developer.hostId
const SELLER = DEVELOPMENT_USERS.seller.hostId
/** Of the seller; the bot has to do with them alone, until somebody else connects it. */
const POSTS = ['demo_car', 'demo_flat']

const SCOPES_OF_EVERYBODY = [
  'SEND_EVENT',
  'USER_ID',
  'CHAT_BOT_USER_MESSAGE_SEND',
  'NOTIFICATION_ACCESS_REVOCATION',
  'offline_access',
]

const FIRST_WORDS = 'سلام، این آپارتمان هنوز موجود است؟ کی می‌توانم ببینمش؟'

/** What the bot asks a seller for. */
export const scopesFor = (tokens: readonly string[]): string[] => [
  ...tokens.flatMap((token) => [readScope(token), sendScope(token)]),
  ...SCOPES_OF_EVERYBODY,
]

const noDeveloper = (): ApiError =>
  new ApiError(
    'NOT_FOUND',
    `the demo bot needs its developer ${BOT_DEVELOPER}, who is not here: POST /host/v1/users makes people`,
    { reason: 'USER_UNKNOWN', metadata: { host_id: BOT_DEVELOPER } },
  )

/**
 * The bot's app, made or found, calling where this server listens now.
 * @throws 404 USER_UNKNOWN where its developer is not there.
 */
export async function settleApp({ db, authenticator, origin, pagesUrl }: SettleDeps): Promise<void> {
  const url = `${origin()}/dev/demo-bot`
  const found = await findBotApp(db, BOT_DEVELOPER)
  await putDevelopmentApp(
    { db, credentials: authenticator },
    {
      developerId: async (tx) => {
        const developer = await findUserByHostId(tx, BOT_DEVELOPER)
        if (!developer || developer.deleted_at) throw noDeveloper()
        return developer.id
      },
      slug: DEMO_BOT_SLUG,
      url,
      settings: {
        // What its developer calls it since then stays.
        ...(!found && {
          touchpoints: [
            { touchpoint: 'CHAT', operation: 'LOAD_WEBVIEW_SERVER_LINK', fallback_url: null },
            { touchpoint: 'MY_POST', operation: 'START_CHAT_BOT', fallback_url: null },
          ],
          display_name: 'ربات نمونه',
          description:
            'برنامهٔ آماده‌ای که با چارسو می‌آید: در گفتگوها وقت بازدید پیشنهاد می‌دهد، تا ببینید برنامه‌ها چه می‌کنند. · The bundled app: it offers times for a visit, so that you see what apps can do.',
          scopes: [...DEVELOPMENT_SCOPES],
        }),
        events_url: `${url}/events`,
        session_initialization_url: `${url}/sessions`,
        dynamic_action_url: `${url}/actions`,
        redirect_uris: [`${pagesUrl()}/dev/demo-bot/callback`],
      },
    },
  )
}

/** The seller's consent, given as if on the consent page. @returns whether the bot has it now. */
export async function settleConsent(deps: SettleDeps): Promise<boolean> {
  const { db, memory, platform } = deps
  const seller = await findUserByHostId(db, SELLER)
  const client = await findClient(db, DEMO_BOT_SLUG)
  if (!seller || !client) return false
  const tokens = await tokensOwnedBy(db, SELLER, POSTS)
  if (tokens.length === 0) return false
  const given = await giveConsent(deps, { client, userId: seller.id, scopes: scopesFor(tokens) })
  if (!given.ok || given.consent.refreshToken === null) return false
  const { accessToken, refreshToken, expiresIn, scopes } = given.consent
  const expiresAt = deps.clock.now() + expiresIn * 1000
  const adopted = await platform.adopt({ accessToken, refreshToken, expiresAt, scopes })
  if (adopted) await memory.change({ consented: true })
  return adopted
}

/** Time to renew a token in, before it is over. */
const RENEW_BEFORE_MS = 5 * 60_000

/** Keeps the tokens of one grant alive, and with them what the bot hears. */
export async function settleGrant({ memory, platform, clock }: SettleDeps, grant: BotGrant): Promise<void> {
  const soon = clock.now() + RENEW_BEFORE_MS
  if (grant.subscribedUntil > soon) return
  const renewed = grant.expiresAt > soon ? { kind: 'renewed' as const, grant } : await platform.renew(grant)
  if (renewed.kind !== 'renewed') return
  for (const scope of renewed.grant.scopes) {
    const [name, postToken = ''] = scope.split('.')
    if (name !== 'CHAT_POST_CONVERSATIONS_READ') continue
    const end = await platform.call({
      path: '/v1/open-platform/events/subscriptions',
      body: { event_type: 'NEW_MESSAGE_ON_POST', event_resource_id: postToken },
      grant: renewed.grant,
    })
    if (end.kind === 'later') return
  }
  const now = await memory.get('grant', grant.userId)
  if (now) await memory.put('grant', grant.userId, { ...now, subscribedUntil: now.expiresAt })
}

/** The buyer's first words, once, in a conversation where nobody has said anything. */
export async function settleFirstMessage(deps: SettleDeps): Promise<void> {
  const { db, memory } = deps
  await memory.change({ greeted: true })
  const { id: conversationId, buyer } = DEVELOPMENT_CONVERSATION
  const user = await findUserByHostId(db, buyer)
  if (!user || !(await isUnspoken(db, conversationId))) return
  await sendAsPerson(deps, {
    userId: user.id,
    conversationId,
    message: { text: FIRST_WORDS },
    idempotencyKey: undefined,
    traceparent: null,
  })
}
