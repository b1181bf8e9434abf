import { randomUUID } from 'node:crypto'
import { Command } from 'commander'
import { chooseApp } from '../choose-app.ts'
import { CommandError, wrongUse } from '../command-error.ts'
import { DEFAULT_URL, type DevClient, devClient } from '../dev-client.ts'
import type { DevelopmentHello, TriggerAnswer } from '../development-shapes.ts'
import { withExamples } from '../examples.ts'
import { type Io, paint } from '../io.ts'
import { plainText } from '../plain-text.ts'
import { withProgress } from '../progress.ts'
import { table } from '../table.ts'
import { buildBody } from '../trigger/build-body.ts'
import { findTrigger, TRIGGERS } from '../trigger/find-trigger.ts'
import { outcomeOf } from '../trigger/outcome.ts'
import { readBodyFile } from '../trigger/read-body-file.ts'
import { setField } from '../trigger/set-field.ts'
import type { SamplePlace, Trigger } from '../trigger/trigger.ts'
import { urlOption } from '../url-option.ts'

interface Options {
  set: string[]
  file?: string
  list?: true
  print?: true
  app?: string
  asIs?: true
  url?: string
}

export const triggerCommand = (io: Io): Command =>
  withExamples(
    new Command('trigger')
      .summary('send an app any event or click')
      .description(
        'Calls an app at once with a valid event, session initialization or dynamic action, signed and with the headers and the deadline of the real ones, and shows what it answered and what the user would see.',
      )
      .argument('[event]', 'what happens, such as new-message or new-message:image; --list shows all')
      .option('--set <path=value>', 'set a field of the body; may be given several times', collect, [])
      .option('--file <file>', 'send the body in this JSON file')
      .option('--app <slug>', 'the app; not needed where it is clear which')
      .option('--print', 'print the body instead of sending it; needs no Charsu')
      .option('--as-is', 'send it even if Charsu would never send such a body')
      .option('--list', 'list what can be triggered')
      .addOption(urlOption())
      .action((event: string | undefined, options: Options) => trigger(io, event, options)),
    [
      ['charsu trigger new-message', 'a buyer writes'],
      ["charsu trigger new-message --set 'new_message.text=What is the price?'", 'words of your own'],
      ['charsu trigger post-update:retire', 'a post was taken down'],
      ['charsu trigger action --set extra_data.action=pick', 'a click on one of your buttons'],
      ['charsu trigger session --print > body.json', 'a body to change by hand'],
      ['charsu trigger session --file body.json', 'and to send then'],
    ],
  )

const collect = (value: string, before: readonly string[]): string[] => [...before, value]

async function trigger(io: Io, event: string | undefined, options: Options): Promise<void> {
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
