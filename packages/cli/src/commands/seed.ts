import { Command } from 'commander'
import { CommandError, wrongUse } from '../command-error.ts'
import { withExamples } from '../examples.ts'
import { hostClient } from '../host-client.ts'
import { type Io, paint } from '../io.ts'
import { jsonOption, printJson } from '../json-option.ts'
import { wholeNumber } from '../names-option.ts'
import { withProgress } from '../progress.ts'
import { mostConversations, type SeedSize, seedPlan } from '../seed/plan.ts'
import { runSeed, type SeedProgress } from '../seed/run-seed.ts'
import { urlOption } from '../url-option.ts'

const PRODUCTION_FLAG = '--yes-this-is-production'

interface Options {
  users: string
  posts: string
  conversations: string
  messages: string
  seed: string
  yesThisIsProduction?: true
  url?: string
  json?: true
}

export const seedCommand = (io: Io): Command =>
  withExamples(
    new Command('seed')
      .summary('fill the marketplace with people, posts and chats')
      .description(
        'People, posts and chats in Persian and English, made up but like real ones, and the same for the same seed. Run again, it writes what is missing. Apps hear of the messages as of any others.',
      )
      .option('--users <number>', 'people', '20')
      .option('--posts <number>', 'posts, each of one of the people', '30')
      .option('--conversations <number>', 'conversations about the posts', '25')
      .option('--messages <number>', 'messages in all conversations together', '200')
      .option('--seed <number>', 'another number makes another marketplace', '1')
      .option(
        PRODUCTION_FLAG,
        'also where it does not run in development mode; nobody gets a phone number there',
      )
      .addOption(urlOption())
      .addOption(jsonOption())
      .action((options: Options) => seed(io, options)),
    [
      ['charsu seed', 'enough to look at'],
      ['charsu seed --users 5000 --posts 20000 --conversations 10000 --messages 100000', 'enough to measure'],
      ['charsu seed --seed 2', 'others beside those that are there'],
    ],
  )

const MOST = 10_000_000
const MOST_SEED = 1_000_000

async function seed(io: Io, options: Options): Promise<void> {
  const size = sizeOf(options)
  const number = wholeNumber('--seed', options.seed, MOST_SEED)
  const client = await hostClient(io, options.url)
  if (!client.isDevelopment && !options.yesThisIsProduction) {
    throw new CommandError(`the Charsu at ${client.url} does not run in development mode`, {
      hint: `Made-up people cannot be taken out of a marketplace again. Where that is no harm, as in a staging system, add ${PRODUCTION_FLAG}.`,
    })
  }
  const progress: SeedProgress = { users: 0, posts: 0, conversations: 0, messages: 0, there: 0 }
  const work = runSeed(client, seedPlan(number, size, client.isDevelopment), { progress, signal: io.signal })
  await withProgress(io, () => `seeding: ${told(progress)}`, work).catch((error: unknown) => {
    if (!io.signal.aborted) throw error
    throw new CommandError(`stopped after ${told(progress)}`, { hint: 'Run it again to go on.' })
  })
  if (options.json) printJson(io, { seed: number, ...progress })
  else io.out(`${paint(io, 'green', 'Seeded')} ${told(progress)}\n`)
}

function told({ users, posts, conversations, messages, there }: SeedProgress): string {
  const before = there === 0 ? '' : ` (${there} were there)`
  return `${users} people, ${posts} posts, ${conversations} conversations, ${messages} messages${before}`
}

function sizeOf(options: Options): SeedSize {
  const read = (name: keyof SeedSize): number => wholeNumber(`--${name}`, options[name], MOST)
  const size = {
    users: read('users'),
    posts: read('posts'),
    conversations: read('conversations'),
    messages: read('messages'),
  }
  if (size.posts > 0 && size.users === 0) throw wrongUse('posts need people: give --users at least 1')
  const most = mostConversations(size)
  if (size.conversations > most) {
    throw wrongUse(
      `${size.conversations} conversations are too many for ${size.posts} posts and ${size.users} people: there is one for each post and buyer, so ${most} at most`,
      'Give more --users or --posts, or fewer --conversations.',
    )
  }
  if (size.messages > 0 && size.conversations === 0) {
    throw wrongUse('messages need a conversation', 'Give --conversations at least 1, or --messages 0.')
  }
  return size
}
