import { Command } from 'commander'
import { wrongUse } from '../command-error.ts'
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
    [['charsu replay 42', 'send it once more']],
  )

async function replay(io: Io, delivery: string, { url }: Options): Promise<void> {
  if (!/^\d{1,15}$/.test(delivery)) {
    throw wrongUse(
      `${JSON.stringify(delivery)} is no id of a delivery: expected a number, such as 42`,
      '"charsu listen" shows the id of each delivery.',
    )
  }
  const resent = await devClient(io, url).resend(delivery)
  io.out(`${paint(io, 'green', 'Queued')}: delivery ${delivery} goes out again, as ${resent.delivery_id}\n`)
}
