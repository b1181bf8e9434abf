import { randomBytes } from 'node:crypto'
import { AppProcess, type AppSecrets } from './app-process.ts'
import { expectThat } from './expect-that.ts'
import type { Marketplace } from './marketplace-process.ts'
import { Party } from './party.ts'
import type { Reporter, Seen } from './reporter.ts'

export interface StageInput {
  marketplace: Pick<Marketplace, 'url' | 'hostKey'>
  /** Where the app will be. */
  appPort: number
  /** Where the app keeps its state. */
  stateFolder: string
  reporter: Reporter
}

export interface MessageView {
  id: string
  mine: boolean
  app?: { slug: string; display_name: string }
  text: string
  buttons?: { rows: { buttons: { caption: string; action: Record<string, unknown> }[] }[] }
}

export interface ClickResult {
  outcome: string
  open_url?: string
  toast?: string
  message?: string
}

/** The parties of the story, the names of what it is about, and what all chapters do again and again. */
export interface Stage {
  reporter: Reporter
  charsu: string
  appUrl: string
  stateFolder: string
  host: Party
  buyer: Party
  seller: Party
  developer: Party
  /** Host ids. */
  ids: { buyer: string; seller: string; developer: string }
  names: { buyer: string; seller: string; app: string }
  postToken: string
  slug: string
  conversationId: string
  secrets: AppSecrets
  app: AppProcess
}

const NO_SECRETS: AppSecrets = {
  clientId: '',
  clientSecret: '',
  apiKey: '',
  identificationKey: '',
  webhookSecret: '',
}

/** Everything is named anew, so that the story can be told again on the same database. */
export function setStage({ marketplace, appPort, stateFolder, reporter }: StageInput): Stage {
  const run = randomBytes(4).toString('hex')
  const appUrl = `http://127.0.0.1:${appPort}`
  const names = new Map([
    [new URL(marketplace.url).origin, 'Charsu'],
    [appUrl, 'visit planner'],
  ])
  const deps = { reporter, names }
  return {
    reporter,
    charsu: marketplace.url,
    appUrl,
    stateFolder,
    host: new Party('marketplace backend', {
      ...deps,
      headers: { authorization: `Bearer ${marketplace.hostKey}` },
    }),
    buyer: new Party('buyer', deps),
    seller: new Party('seller', deps),
    developer: new Party('developer', deps),
    ids: { buyer: `reza-${run}`, seller: `maryam-${run}`, developer: `niloufar-${run}` },
    names: { buyer: 'رضا', seller: 'مریم', app: 'برنامه‌ریز بازدید' },
    postToken: `villa_${run}`,
    slug: `visit-planner-${run}`,
    conversationId: '',
    secrets: NO_SECRETS,
    app: new AppProcess({
      charsuUrl: marketplace.url,
      port: appPort,
      stateFolder,
      secrets: NO_SECRETS,
      reporter,
    }),
  }
}

const conversationPath = ({ charsu, conversationId }: Stage): string =>
  `${charsu}/me/v1/conversations/${conversationId}`

/** The person writes into the conversation. */
export async function write(stage: Stage, who: Party, text: string): Promise<string> {
  const { body } = await who.post<MessageView>(`${conversationPath(stage)}/messages`, {
    body: { text },
    show: () => undefined,
  })
  return body.id
}

/** All messages of the conversation as this person sees them. */
export async function look(stage: Stage, who: Party): Promise<MessageView[]> {
  const { body } = await who.get<{ messages: MessageView[] }>(
    `${conversationPath(stage)}/messages?limit=100`,
    {
      show: null,
    },
  )
  return body.messages
}

/** Shows one message on a person's screen. */
export function show(stage: Stage, owner: string, messages: readonly MessageView[]): void {
  stage.reporter.screen(
    owner,
    messages.map(
      (message): Seen => ({
        from: message.app ? `${message.app.display_name} (app)` : message.mine ? owner : 'the other side',
        text: message.text,
        buttons: captions(message),
      }),
    ),
  )
}

export const captions = ({ buttons }: MessageView): string[][] =>
  buttons?.rows.map((row) => row.buttons.map(({ caption }) => caption)) ?? []

/** The latest message that came from the app. */
export async function latestOfApp(stage: Stage, who: Party): Promise<MessageView> {
  const message = (await look(stage, who)).findLast(({ app }) => app !== undefined)
  expectThat(`the ${who.name} sees a message of the app`, message !== undefined)
  return message
}

/** Clicks the button whose action is of this kind, the first one of its caption if that is given. */
export async function click(
  stage: Stage,
  who: Party,
  message: MessageView,
  wanted: { kind: string; caption?: string },
): Promise<ClickResult> {
  for (const [row, { buttons }] of (message.buttons?.rows ?? []).entries()) {
    for (const [column, button] of buttons.entries()) {
      if (!(wanted.kind in button.action)) continue
      if (wanted.caption !== undefined && wanted.caption !== button.caption) continue
      stage.reporter.note(`The ${who.name} clicks [ ${button.caption} ].`)
      const path = `${conversationPath(stage)}/messages/${message.id}/click`
      return (await who.post<ClickResult>(path, { body: { row, column } })).body
    }
  }
  throw new Error(`no button of the message has ${wanted.kind} ${wanted.caption ?? ''}`)
}
