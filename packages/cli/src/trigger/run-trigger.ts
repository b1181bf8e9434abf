import { randomUUID } from 'node:crypto'
import { chooseApp } from '../choose-app.ts'
import { CommandError, wrongUse } from '../command-error.ts'
import { DEFAULT_URL, type DevClient, devClient } from '../dev-client.ts'
import type { DevelopmentHello, TriggerAnswer } from '../development-shapes.ts'
import { type Io, paint } from '../io.ts'
import { plainText } from '../plain-text.ts'
import { withProgress } from '../progress.ts'
import { table } from '../table.ts'
import { buildBody } from './build-body.ts'
import { findTrigger, TRIGGERS } from './find-trigger.ts'
import { outcomeOf } from './outcome.ts'
import { readBodyFile } from './read-body-file.ts'
import { setField } from './set-field.ts'
import type { SamplePlace, Trigger } from './trigger.ts'

export interface TriggerOptions {
  set: string[]
  file?: string
  list?: true
  print?: true
  app?: string
  asIs?: true
  url?: string
}

/** Calls an app as the platform would, prints the body, or lists what there is. */
export async function runTrigger(io: Io, event: string | undefined, options: TriggerOptions): Promise<void> {
  if (options.list) {
    io.out(`${table(TRIGGERS.map(({ name, summary }) => [name, summary])).join('\n')}\n`)
    return
  }
  if (event === undefined) {
    throw wrongUse(
      'what shall happen?',
      'Name an event, such as new-message; "charsu trigger --list" shows all of them.',
    )
  }
  const chosen = findTrigger(event)
  const given = options.file === undefined ? undefined : await readBodyFile(io.cwd, options.file)
  const build = (place: SamplePlace): object => {
    const base = given ?? chosen.sample(place)
    return options.asIs
      ? options.set.reduce((body, assignment) => setField(chosen.schema, body, assignment), base)
      : buildBody(chosen, base, options.set)
  }
  if (options.print) {
    const place = { ...NOWHERE, url: options.url ?? DEFAULT_URL, slug: options.app ?? 'my-app' }
    io.out(`${JSON.stringify(build({ ...place, ...ids() }), null, 2)}\n`)
    return
  }
  // Before anything is asked for: a wrong field needs no Charsu to be seen.
  build({ ...NOWHERE, url: DEFAULT_URL, slug: 'my-app', ...ids() })
  const client = devClient(io, options.url)
  const hello = await client.hello()
  const slug = await chooseApp(io, options.app, hello.apps)
  await send(io, { client, slug, chosen, body: build(placeIn(hello, client, slug)) })
}

const NOWHERE = { conversationId: '0198c0de-0000-7000-8000-000000000001', postToken: 'demo_flat' }
const ids = () => ({ newId: randomUUID, now: Date.now() })

/** The first conversation there is, so that what the app answers finds its way. */
function placeIn({ conversations }: DevelopmentHello, { url }: DevClient, slug: string): SamplePlace {
  const first = conversations.find(({ post_token: token }) => token !== null)
  return {
    url,
    slug,
    conversationId: first?.id ?? NOWHERE.conversationId,
    postToken: first?.post_token ?? NOWHERE.postToken,
    ...ids(),
  }
}

interface Sending {
  client: DevClient
  slug: string
  chosen: Trigger
  body: object
}

async function send(io: Io, { client, slug, chosen, body }: Sending): Promise<void> {
  const { call, sessionVersion } = chosen
  const answered = await withProgress(
    io,
    `waiting for ${slug}`,
    client.trigger(slug, {
      call,
      body,
      ...(sessionVersion !== undefined && { session_version: sessionVersion }),
    }),
  )
  const { sees, trouble } = outcomeOf(chosen, answered)
  io.out(`${exchange(io, slug, chosen, answered).join('\n')}\n`)
  if (sees !== undefined) io.out(`${paint(io, 'bold', 'The user would see')} ${plainText(sees)}\n`)
  if (trouble !== undefined) throw new CommandError(plainText(trouble))
}

function exchange(
  io: Io,
  slug: string,
  chosen: Trigger,
  { url, status, ms, answer }: TriggerAnswer,
): string[] {
  const isFine = status !== null && status >= 200 && status < 300
  return [
    `→ ${chosen.name} to ${slug} at ${plainText(url)}`,
    `← ${paint(io, isFine ? 'green' : 'red', status === null ? 'no answer' : String(status))} in ${ms} ms`,
    ...(answer ? answer.split('\n').map((line) => `  ${plainText(line)}`) : []),
  ]
}
