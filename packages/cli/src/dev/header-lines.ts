import type { DevelopmentApp, DevelopmentHello } from '../development-shapes.ts'
import { type Io, paint } from '../io.ts'
import { plainText } from '../plain-text.ts'
import { table } from '../table.ts'
import { appCredentials, exportLines } from './app-environment.ts'

export interface HeaderInput {
  /** Origin of the marketplace. */
  url: string
  hello: DevelopmentHello
  joined: boolean
  app: DevelopmentApp
  slug: string
  /** Where the app listens; null when nothing is known of it yet. */
  appUrl: string | null
  /** Said of how the app is reached, where it is not as usual. */
  reached?: readonly string[] | undefined
  /** What the app needs in its environment besides its credentials. */
  environment?: Readonly<Record<string, string>> | undefined
  /** What starts it, when this command does. */
  command: readonly string[]
}

/** What a developer sees first: what runs, what to open, and where the app's credentials are. */
export function headerLines(io: Pick<Io, 'colour'>, input: HeaderInput): string[] {
  const { url, hello, joined } = input
  const title = joined ? 'Joined the Charsu that runs at' : 'Charsu runs at'
  return [
    `${paint(io, 'bold', title)} ${paint(io, 'cyan', url)}`,
    ...(hello.data_dir ? [paint(io, 'dim', `  everything is kept in ${hello.data_dir}`)] : []),
    '',
    paint(io, 'bold', 'Open'),
    ...table(addresses(input)),
    '',
    ...appLines(io, input),
    '',
  ]
}

function addresses({ url, hello, app, slug }: HeaderInput): string[][] {
  const [demo] = hello.conversations
  const people = hello.people.map(({ host_id: id }) => id).join(', ')
  return [
    [`${url}${app.chat_url}`, `chat with ${slug}`],
    ...(demo
      ? [
          [
            `${url}/chat/${demo.id}`,
            `a buyer (${plainText(demo.buyer)}) and a seller (${plainText(demo.seller)})`,
          ],
        ]
      : []),
    [`${url}/`, `choose whom to be: ${plainText(people)}`],
  ]
}

function appLines(io: Pick<Io, 'colour'>, input: HeaderInput): string[] {
  const { url, app, slug, appUrl, reached, command } = input
  const title = paint(io, 'bold', `Your app ${slug}`)
  const calls =
    reached ?? (appUrl === null ? [] : [`  is called at ${appUrl}/charsu/{events,sessions,actions}`])
  if (command.length > 0) {
    const names = Object.keys(appCredentials(url, app)).join(', ')
    return [
      title,
      ...calls,
      `  runs as: ${plainText(command.join(' '))}`,
      paint(io, 'dim', `  its credentials are in its environment: ${names}, PORT, PUBLIC_URL`),
    ]
  }
  const start =
    appUrl === null
      ? [
          `  Say where it listens: charsu dev --app http://localhost:3000; or have it started: charsu dev -- node app.ts`,
        ]
      : []
  return [
    title,
    ...calls,
    ...start,
    '  Its credentials, to paste into the shell that you start it from:',
    ...exportLines({ ...appCredentials(url, app), ...input.environment }).map((line) => `    ${line}`),
  ]
}
