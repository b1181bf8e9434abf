import type { IncomingMessage } from 'node:http'
import { HttpAnswer, type Route, route } from '../http/route.ts'
import { answerAction, type ClickDeps, openPage } from './answer-click.ts'
import { answerEvent } from './answer-event.ts'
import { type BotCall, type CallSecrets, readCall } from './bot-call.ts'

export interface WebhookDeps {
  secrets(): Promise<CallSecrets | null>
  answering(): ClickDeps
}

const CALLS = [
  { name: 'events', operation: 'DemoBot_Events', summary: 'Where the bundled app hears of messages' },
  { name: 'sessions', operation: 'DemoBot_Sessions', summary: 'Where it is asked for a page' },
  { name: 'actions', operation: 'DemoBot_Actions', summary: 'Where it is asked what a button does' },
] as const

type CallName = (typeof CALLS)[number]['name']

/** What the platform calls, as it calls every app (wire contract §3 and §5): by key and signature, over the very bytes. */
export const webhookRoutes = (deps: WebhookDeps): Route[] =>
  CALLS.map(({ name, operation, summary }) =>
    route({
      method: 'POST',
      path: `/dev/demo-bot/${name}`,
      operation,
      summary,
      caller: 'anyone',
      upload: ['body'],
      uploadType: 'application/json',
      handle: ({ upload, headers }) => take(deps, name, { upload, headers }),
    }),
  )

async function take(
  { secrets, answering }: WebhookDeps,
  name: CallName,
  given: { upload: IncomingMessage | null; headers: IncomingMessage['headers'] },
): Promise<HttpAnswer> {
  const known = await secrets()
  // Before it is made there is no key that could be right; what was meant for it is sent again.
  if (!known) return json(401, { message: 'the demo bot is not here yet, so no key is its own' })
  const read = await readCall({ ...given, now: answering().now() }, known)
  if (!read.ok) return json(read.status, { message: read.why })
  return await ANSWERS[name](answering(), read.call)
}

const ANSWERS: Record<CallName, (deps: ClickDeps, call: BotCall) => Promise<HttpAnswer>> = {
  async events(deps, call) {
    const end = await answerEvent(deps, call)
    return end === null ? json(200, {}) : json(503, {}, { 'retry-after': String(end.again) })
  },
  sessions: async (deps, call) => json(200, await openPage(deps, call)),
  actions: async (deps, call) => json(200, await answerAction(deps, call)),
}

const json = (status: number, body: object, headers: Record<string, string> = {}): HttpAnswer =>
  new HttpAnswer(
    status,
    { 'content-type': 'application/json; charset=utf-8', ...headers },
    JSON.stringify(body),
  )
