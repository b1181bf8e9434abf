import { plainClient } from '../../../packages/sdk/testing/plain-app.ts'
import type { Marketplace, StoryPerson } from './marketplace.ts'
import { Normaliser } from './normalise.ts'
import type { StoryApp } from './story-app.ts'
import { type Facts, WRONG_CALLS } from './wrong-calls.ts'

/** What happened, line by line: what people saw, what the app was asked, what it was answered. */
export type Transcript = [step: string, seen: unknown][]

/** Tells the story in one marketplace. */
export async function tellStory(market: Marketplace, app: StoryApp): Promise<Transcript> {
  const { seller, buyer, settings, postToken, conversationId } = market
  const charsu = plainClient(settings)
  const names = new Normaliser(settings)
  names.name(postToken, 'post')
  names.name(conversationId, 'conversation')
  const transcript: Transcript = []
  const note = (step: string, seen: unknown): void => {
    const heard = app.heard.splice(0)
    transcript.push([step, names.normal(seen)])
    for (const call of heard) transcript.push([`${step}: the app hears`, names.normal(call)])
  }
  const everybodySees = async () => ({ seller: await seller.sees(), buyer: await buyer.sees() })

  const consent = new ConsentTeller(market, note)
  const buyers = await consent.grant(buyer, 'USER_ID')
  const all = await consent.grant(
    seller,
    `CHAT_POST_CONVERSATIONS_READ.${postToken} CHAT_POST_CONVERSATIONS_MESSAGE_SEND.${postToken} SEND_EVENT USER_POSTS_GET`,
  )
  const sellers = await consent.grant(seller, 'USER_ID NOTIFICATION_ACCESS_REVOCATION offline_access')
  const userId = async (token: string) =>
    String((await charsu.call('GET', '/v1/open-platform/users', { token })).body.user_id)
  const [sellerId, buyerId] = [await userId(sellers.access_token), await userId(buyers.access_token)]
  names.name(sellerId, 'seller')
  names.name(buyerId, 'buyer')
  app.token = all.access_token
  await consent.tellFaults(sellers.refresh_token ?? '')

  await buyer.says('Before anybody listens')
  note('nobody listens', await everybodySees())
  const subscription = {
    event_type: 'NEW_MESSAGE_ON_POST',
    event_resource_id: postToken,
    metadata: { tenant: 4 },
  }
  const subscribe = '/v1/open-platform/events/subscriptions'
  note('subscribe', await charsu.call('POST', subscribe, { token: app.token, body: subscription }))

  for (const names of [
    'toast, link, both, nothing, twice, forever, session, page, say',
    'not json, a list, 500, 302, no url, bad url, bad action, two actions, long',
    'long toast, not json page, 500 page',
  ]) {
    await buyer.says(`buttons: ${names}`)
    note('buttons', await everybodySees())
    for (const caption of names.split(', ')) note(`tap ${caption}`, await buyer.taps(caption))
  }
  note('manage', await seller.taps('Manage'))
  note('an answer of the seller', await seller.says('Yes').then(everybodySees))

  const notice = '/experimental/open-platform/events/send?target_type=POST'
  const notices = [
    `${notice}&target_resource_id=${postToken}&message=About%20it&primary_button.title=Open%20it&primary_button.action.open_server_link.data=${encodeURIComponent('{"answer":"page"}')}`,
    '/experimental/open-platform/events/send?message=To%20you&secondary_button.title=Say%20yes&secondary_button.action.get_dynamic_action.data[answer]=toast',
  ]
  for (const path of notices) note('notice', await charsu.call('POST', path, { token: app.token }))
  note('inbox', await seller.notices())
  note('tap a notice on a post', await seller.taps('Open it'))
  note('tap a notice to a person', await seller.taps('Say yes'))

  const chatbotConversationId = await tellChatbot(buyer, note, charsu, app)
  await seller.startsFrom('MY_POST', postToken)
  note('start from a post', await seller.sees())
  await seller.startsFrom('MY_DIVAR')
  note('start from a person’s pages', await seller.sees())

  const facts: Facts = {
    conversationId,
    postToken,
    token: app.token,
    buyerToken: buyers.access_token,
    sellerId,
    buyerId,
    chatbotConversationId,
  }
  await tellCalls(market, facts, note)
  await tellReading(market, facts, note, consent)
  await tellPost(market, note, charsu, app)
  await tellBlock(market, note, charsu, app)

  const refreshable = await consent.refreshed(sellers.refresh_token ?? '')
  await seller.revokes()
  note('revoke', null)
  note('after the revocation', await charsu.send(app.token, conversationId, { message: 'hi' }))
  await consent.tellRefresh('refresh after the revocation', String(refreshable))
  return transcript
}

type Note = (step: string, seen: unknown) => void

async function tellChatbot(
  buyer: StoryPerson,
  note: Note,
  charsu: ReturnType<typeof plainClient>,
  app: StoryApp,
): Promise<string> {
  await buyer.chatsWithApp()
  await buyer.says('Good evening')
  const [event] = app.heard
  const body = event?.body as { new_chatbot_message: { conversation: { id: string } } }
  const { id } = body.new_chatbot_message.conversation
  note('chatbot', await buyer.sees())
  note('chatbot toast', await buyer.taps('toast'))
  note('chatbot page', await buyer.taps('page'))
  const once = { headers: { 'idempotency-key': 'once' }, body: { text_message: 'Once' } }
  const path = `/v1/open-platform/chat/bot/conversations/${id}/messages`
  note('said once', await charsu.call('POST', path, once))
  note('said again', await charsu.call('POST', path, once))
  note('another under the key', await charsu.call('POST', path, { ...once, body: { text_message: 'Other' } }))
  note('chatbot in the end', await buyer.sees())
  return id
}

async function tellCalls({ settings }: Marketplace, facts: Facts, note: Note): Promise<void> {
  for (const { name, method = 'POST', path, token = () => facts.token, headers, body } of WRONG_CALLS) {
    const sent = body?.(facts)
    const bearer = token(facts)
    const given = {
      'x-api-key': settings.apiKey,
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
      ...(sent !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    }
    const response = await settings.fetch(
      new Request(settings.charsuUrl + path(facts), {
        method,
        headers: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== '')),
        ...(sent !== undefined && { body: typeof sent === 'string' ? sent : JSON.stringify(sent) }),
      }),
    )
    note(`wrong call: ${name}`, { status: response.status, body: await response.json() })
  }
}

/** What an app reads, as it should be read. */
async function tellReading(
  { settings, conversationId, postToken, seller }: Marketplace,
  { token }: Facts,
  note: Note,
  consent: ConsentTeller,
): Promise<void> {
  const charsu = plainClient(settings)
  const reader = await consent.grant(seller, `CHAT_CONVERSATION_READ.${conversationId} USER_PHONE USER_ID`)
  const read = `/v1/open-platform/chat/conversations/${conversationId}`
  note('read the conversation', await charsu.call('GET', read, { token: reader.access_token }))
  note('read the user', await charsu.call('GET', '/v1/open-platform/users', { token: reader.access_token }))
  note('read the post', await charsu.call('GET', `/v1/open-platform/finder/post/${postToken}`))
  note('list posts', await charsu.call('GET', '/v1/open-platform/finder/user-posts', { token }))
  note('read the own post', await charsu.call('GET', `/v1/open-platform/user-post/${postToken}`, { token }))
  note('list scopes', await charsu.call('GET', '/v1/open-platform/assets/oauth-scope'))
  note('list permissions', await charsu.call('GET', '/v1/open-platform/assets/permission'))
  for (const body of [
    {},
    { city: 'tehran', query: { size: { min: 80, max: '90' }, rooms: ['2'], only_with_parking: true } },
    { category: 'light' },
    { districts: ['abbas-abad', 'tajrish'], query: { production_year: { min: 1401 } } },
    { query: { rent: { max: 5 } } },
  ]) {
    note('search', await charsu.call('POST', '/v2/open-platform/finder/post', { body }))
  }
}

async function tellPost(
  market: Marketplace,
  note: Note,
  charsu: ReturnType<typeof plainClient>,
  { token }: StoryApp,
): Promise<void> {
  const body = { event_type: 'POST_UPDATE', meta_data: { about: 'posts' } }
  note(
    'subscribe to posts',
    await charsu.call('POST', '/v1/open-platform/events/subscriptions', { token, body }),
  )
  await market.changePost({ title: 'Three rooms', chat_enabled: false })
  note('the post changes', null)
  for (const state of ['REVIEW_REQ', 'PUBLISHED', 'RETIRED', 'PUBLISHED', 'ARCHIVED', 'PUBLISHED']) {
    await market.changePost({ state })
    note(
      `the post is ${state}`,
      await charsu.call('GET', `/v1/open-platform/finder/post/${market.postToken}`),
    )
  }
}

async function tellBlock(
  { buyer, conversationId, settled }: Marketplace,
  note: Note,
  charsu: ReturnType<typeof plainClient>,
  app: StoryApp,
): Promise<void> {
  // The chatbot's chat is the one that is open.
  await buyer.opensPostChat()
  await buyer.blocks()
  note('blocked', await charsu.send(app.token, conversationId, { message: 'hi' }))
  await buyer.unblocks()
  const sent = await charsu.send(app.token, conversationId, { message: 'hi again' })
  await settled()
  note('unblocked', sent)
}

/** The app's way through OAuth, with its faults. */
class ConsentTeller {
  readonly #market: Marketplace
  readonly #note: Note

  constructor(market: Marketplace, note: Note) {
    this.#market = market
    this.#note = note
  }

  async grant(person: StoryPerson, scope: string) {
    const code = await this.#code(person, scope)
    const answer = await this.#token({
      grant_type: 'authorization_code',
      code,
      redirect_uri: this.#redirectUri,
    })
    this.#note('tokens', { scope, ...answer })
    return answer.body as { access_token: string; refresh_token?: string }
  }

  /** What may go wrong, each in the words of the marketplace. */
  async tellFaults(refreshToken: string): Promise<void> {
    const { seller, postToken, conversationId } = this.#market
    const code = await this.#code(seller, 'USER_ID')
    const byCode = { grant_type: 'authorization_code', code, redirect_uri: this.#redirectUri }
    const tries: Record<string, Record<string, string>> = {
      'no grant_type': { code },
      'another grant_type': { ...byCode, grant_type: 'password' },
      'no code': { grant_type: 'authorization_code' },
      'an unknown code': { ...byCode, code: 'cc_unknown' },
      'another redirect_uri': { ...byCode, redirect_uri: 'https://example.com/' },
      'no redirect_uri': { grant_type: 'authorization_code', code },
      'a wrong secret': { ...byCode, client_secret: 'cx_wrong' },
      'a key for a secret': { ...byCode, client_secret: this.#market.settings.apiKey },
      'another client': { ...byCode, client_id: 'nobody' },
      'no client': { ...byCode, client_id: '' },
      'the code at last': byCode,
      'the code again': byCode,
      'no refresh token': { grant_type: 'refresh_token' },
      'an unknown refresh token': { grant_type: 'refresh_token', refresh_token: 'cr_unknown' },
      'more than was granted': {
        grant_type: 'refresh_token',
        refresh_token: refreshToken,
        scope: 'USER_PHONE',
      },
    }
    for (const [name, form] of Object.entries(tries)) this.#note(name, await this.#token(form))
    const asked: Record<string, Record<string, string>> = {
      'a misspelt scope': { scope: 'USER_IDD' },
      'no scope': { scope: '' },
      'a scope without its resource': { scope: 'CHAT_POST_CONVERSATIONS_READ' },
      'a post of nobody': { scope: 'CHAT_POST_CONVERSATIONS_READ.other' },
      'several at once': { scope: `USER_ID.x CHAT_CONVERSATION_READ.${conversationId}` },
      'another response_type': { response_type: 'token' },
      'a bad challenge': { code_challenge: 'short' },
      'a state with signs': { scope: 'USER_IDD', state: 'a b%2f+é"' },
      'a post of one’s own, in the older spelling': {
        scope: `CHAT_POST_CONVERSATIONS_READ__${postToken}`,
        deny: '1',
      },
    }
    for (const [name, { deny: _deny, ...parameters }] of Object.entries(asked)) {
      this.#note(name, await seller.answersConsent(this.#url({ scope: 'USER_ID', ...parameters }), 'deny'))
    }
  }

  async refreshed(refreshToken: string): Promise<unknown> {
    const answer = await this.tellRefresh('refresh', refreshToken)
    await this.tellRefresh('refresh again within two minutes', refreshToken)
    return answer.refresh_token
  }

  async tellRefresh(step: string, refreshToken: string) {
    const answer = await this.#token({ grant_type: 'refresh_token', refresh_token: refreshToken })
    this.#note(step, answer)
    return answer.body as { refresh_token?: string }
  }

  async #code(person: StoryPerson, scope: string): Promise<string> {
    const end = await person.answersConsent(this.#url({ scope }), 'allow')
    return new URL(end).searchParams.get('code') ?? `no code: ${end}`
  }

  get #redirectUri(): string {
    return `${this.#market.settings.publicUrl}/charsu/callback`
  }

  #url(parameters: Record<string, string>): string {
    const { charsuUrl, clientId } = this.#market.settings
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: this.#redirectUri,
      state: 's',
      ...parameters,
    })
    return `${charsuUrl}/oauth2/auth?${query}`
  }

  async #token(form: Record<string, string>): Promise<{ status: number; body: unknown }> {
    const { charsuUrl, clientId, clientSecret, fetch } = this.#market.settings
    const body = new URLSearchParams({ client_id: clientId, client_secret: clientSecret, ...form })
    const response = await fetch(new Request(`${charsuUrl}/oauth2/token`, { method: 'POST', body }))
    return { status: response.status, body: await response.json() }
  }
}
