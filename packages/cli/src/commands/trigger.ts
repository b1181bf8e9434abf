import { Command } from 'commander'
import { withExamples } from '../examples.ts'
import type { Io } from '../io.ts'
import type { TriggerOptions } from '../trigger/run-trigger.ts'
import { urlOption } from '../url-option.ts'

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
      .action(async (event: string | undefined, options: TriggerOptions) => {
        // Loaded when it is needed: help must not wait for every schema of the wire contract.
        const { runTrigger } = await import('../trigger/run-trigger.ts')
        await runTrigger(io, event, options)
      }),
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
