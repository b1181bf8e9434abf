import type { BedSettings } from '../../../packages/sdk/src/testing/testing.ts'
import { plainApp, type Received, row } from '../../../packages/sdk/testing/plain-app.ts'
import type { MakeApp, StorySettings } from './marketplace.ts'

export interface Heard {
  place: string
  apiVersion: string | null
  authorization: string | null
  contentType: string | null
  attempt: string | null
  isSigned: boolean
  body: unknown
}

export interface StoryApp {
  make: MakeApp
  /** What the platform asked, in order. */
  heard: Heard[]
  /** The seller's, with which it sends. */
  token: string
}

/** What a button's data makes the app answer. */
const ANSWERS: Readonly<Record<string, (call: Received) => unknown>> = {
  toast: () => ({ text_message: 'Noted' }),
  link: () => ({ action: { open_direct_link: 'https://example.com/map?q=1' } }),
  both: () => ({ text_message: 'Look', action: { open_direct_link: 'https://example.com/' } }),
  nothing: () => new Response(null, { status: 204 }),
  twice: () => ({ text_message: 'First', action: { get_dynamic_action: { data: { answer: 'toast' } } } }),
  forever: () => ({ action: { get_dynamic_action: { data: { answer: 'forever' } } } }),
  session: () => ({ action: { open_server_link: { data: { answer: 'page' } } } }),
  page: () => ({ url: 'https://example.com/visits/1', status: '200' }),
  say: () => ({ text_message: 'No page today' }),
  'not json': () => new Response('<html>oops</html>'),
  'a list': () => Response.json([1]),
  500: () => new Response('broken', { status: 500 }),
  302: () => new Response(null, { status: 302, headers: { location: 'https://example.com/' } }),
  'no url': () => ({ message: 'fine' }),
  'bad url': () => ({ url: 'ftp://example.com/' }),
  'bad action': () => ({ action: { open_direct_link: 'nowhere' } }),
  'two actions': () => ({
    action: { open_direct_link: 'https://example.com/', open_post_page: { post_token: 'flat' } },
  }),
  long: () => ({ text_message: 'x'.repeat(17_000) }),
  'long toast': () => ({ text_message: 'y'.repeat(1_500) }),
}

export function storyApp(): StoryApp {
  const app: StoryApp = {
    heard: [],
    token: '',
    make: (settings: StorySettings) =>
      plainApp(async (call, charsu) => {
        app.heard.push(heardOf(call))
        if (call.place !== 'events') return answerClick(call)
        const message = (call.body.new_message ?? call.body.new_chatbot_message) as
          | { conversation: { id: string }; sender: { type: string } }
          | undefined
        if (message?.sender.type !== 'HUMAN') return undefined
        const { id } = message.conversation
        if (call.body.type === 'NEW_CHATBOT_MESSAGE') {
          await charsu.sayAsChatbot(id, {
            text_message: `Heard: ${call.text}`,
            buttons: buttons('toast', 'page'),
          })
        } else if (call.text?.startsWith('buttons: ')) {
          const [, names = ''] = call.text.split(': ')
          await charsu.send(app.token, id, {
            message: 'Choose',
            receiver_buttons: buttons(...names.split(', ')),
            sender_buttons: row(['Manage', { open_post_manage_page: { post_token: postOf(message) } }]),
          })
        }
        return undefined
      })(settings as BedSettings),
  }
  return app
}

const postOf = (message: object): string =>
  (message as { conversation: { post_token: string } }).conversation.post_token

/** Session initialization for those that answer a page, dynamic actions for all others. */
const SESSIONS = new Set(['page', 'say', 'no url', 'bad url', 'not json page', '500 page'])

function buttons(...names: string[]) {
  const all = names.map((name): [string, object] => {
    const data = { answer: name.replace(/ page$/, '') }
    return [name, SESSIONS.has(name) ? { open_server_link: { data } } : { get_dynamic_action: { data } }]
  })
  const rows = [all.slice(0, 3), all.slice(3, 6), all.slice(6)].filter((each) => each.length > 0)
  return { rows: rows.flatMap((each) => row(...each).rows) }
}

function answerClick(call: Received): unknown {
  const extra = call.body.extra_data as { answer?: string; provider_data?: { answer: string } }
  const answer = ANSWERS[extra.answer ?? extra.provider_data?.answer ?? '']
  return answer ? answer(call) : {}
}

const heardOf = ({ place, headers, body }: Received): Heard => ({
  place,
  apiVersion: headers.get('api-version'),
  authorization: headers.get('authorization'),
  contentType: headers.get('content-type'),
  attempt: headers.get('charsu-attempt'),
  isSigned: /^v1,/.test(headers.get('webhook-signature') ?? '') && headers.get('webhook-id') !== null,
  body,
})
