import { Command } from 'commander'
import { devClient } from '../dev-client.ts'
import { withExamples } from '../examples.ts'
import { type Io, paint } from '../io.ts'
import { trafficLines } from '../traffic-lines.ts'
import { trafficStream } from '../traffic-stream.ts'
import { urlOption } from '../url-option.ts'

interface Options {
  app?: string
  body?: true
  json?: true
  url?: string
}

export const listenCommand = (io: Io): Command =>
  withExamples(
    new Command('listen')
      .summary('watch every call between the platform and apps')
      .description(
        'Shows each call between the platform and apps as it happens: time, → to the app or ← from it, kind, path, status and milliseconds, and for what failed the cause and what to do. Goes on after a restart of Charsu without losing a call. Ctrl+C ends it.',
      )
      .option('--app <slug>', 'one app alone')
      .option('--body', 'show what was sent and answered, too')
      .option('--json', 'print one JSON object a line, complete, for scripts')
      .addOption(urlOption())
      .action((options: Options) => listen(io, options)),
    [
      ['charsu listen', 'all apps'],
      ['charsu listen --app my-app --body', 'one app, with the bodies'],
      ["charsu listen --json | jq 'select(.failure)'", 'what failed, for a script'],
    ],
  )

async function listen(io: Io, options: Options): Promise<void> {
  const client = devClient(io, options.url)
  let wasLost = false
  const records = trafficStream(client, {
    app: options.app,
    signal: io.signal,
    onConnected: () => {
      const what = wasLost ? 'Listening again' : `Listening to ${client.url}`
      io.err(paint(io, 'dim', `${what}${wasLost ? '' : ' (Ctrl+C ends it)'}`).concat('\n'))
    },
    onMissed: () => io.err(`${paint(io, 'yellow', 'note:')} some calls in between are kept no more\n`),
    onLost: (reason) => {
      wasLost = true
      io.err(`${paint(io, 'yellow', `the stream was lost: ${reason}`)}; trying again until it is there\n`)
    },
  })
  for await (const record of records) {
    io.out(
      options.json
        ? `${JSON.stringify(record)}\n`
        : `${trafficLines(io, record, { body: options.body === true }).join('\n')}\n`,
    )
  }
}
