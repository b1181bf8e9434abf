import { Command } from 'commander'
import { devClient } from '../dev-client.ts'
import { withExamples } from '../examples.ts'
import { type Io, paint } from '../io.ts'
import { urlOption } from '../url-option.ts'

interface Options {
  url?: string
}

export const replayCommand = (io: Io): Command =>
  withExamples(
    new Command('replay')
      .summary('send a delivery to its app once more')
      .description(
        'Sends one delivery again, with the same webhook-id and body, marked by the header charsu-replay: true. "charsu listen" shows the id of each delivery, and what becomes of this one.',
      )
      .argument('<delivery>', 'id of the delivery')
      .addOption(urlOption())
      .action((delivery: string, options: Options) => replay(io, delivery, options)),
    [['charsu replay 0198c1f2-7a3b-7c4d-8e5f-6a7b8c9d0e1f', 'send it once more']],
  )

async function replay(io: Io, delivery: string, { url }: Options): Promise<void> {
  await devClient(io, url).resend(delivery)
  io.out(`${paint(io, 'green', 'queued')}: delivery ${delivery} goes out again now\n`)
}
