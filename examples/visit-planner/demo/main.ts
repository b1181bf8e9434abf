import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { startMarketplace } from './marketplace-process.ts'
import { setStage } from './stage.ts'
import { tellStory } from './story.ts'
import { painter, Transcript } from './transcript.ts'

const FOLDER_FOR_ALL = 0o755
const INTERRUPTED = 130

/** What has to be put away in the end, the latest first; also when somebody interrupts the story. */
class Cleanups {
  readonly #steps: (() => Promise<void>)[] = []
  #running: Promise<void> | null = null

  add(step: () => Promise<void>): void {
    this.#steps.push(step)
  }

  /** Once, whoever asks: a step may need the one before it to be finished. */
  run(): Promise<void> {
    this.#running ??= this.#runAll()
    return this.#running
  }

  async #runAll(): Promise<void> {
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) await step()
  }
}

async function demo(cleanups: Cleanups): Promise<void> {
  const paint = painter(process.stdout.isTTY === true && !process.env.NO_COLOR)
  const print = (line: string): void => void process.stdout.write(`${line}\n`)
  const started = performance.now()
  const folder = await mkdtemp(join(tmpdir(), 'charsu-demo-'))
  cleanups.add(() => rm(folder, { recursive: true, force: true }))
  // PostgreSQL runs as another user when this runs as root; what matters inside is closed by its owners.
  await chmod(folder, FOLDER_FOR_ALL)

  print(paint('bold', 'Charsu: the story of a buyer, a seller and an app'))
  const databaseUrl = process.env.DATABASE_URL
  const marketplace = await startMarketplace({
    database: databaseUrl ? { databaseUrl } : { dataDir: join(folder, 'database') },
  })
  cleanups.add(() => marketplace.stop())
  const database = databaseUrl ? 'the PostgreSQL of DATABASE_URL' : 'its own PostgreSQL'
  print(`Charsu runs at ${marketplace.url} as process ${marketplace.pid}, on ${database}.`)

  const transcript = new Transcript(print, paint)
  const stateFolder = join(folder, 'visit-planner')
  await mkdir(stateFolder)
  const stage = setStage({ marketplace, appPort: await freePort(), stateFolder, reporter: transcript })
  cleanups.add(() => stage.app.stop())
  await tellStory(stage)
  await cleanups.run()
  const { chapters, exchanges } = transcript
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  const summary = `The story ended as it must: ${chapters} chapters, ${exchanges} exchanges, ${seconds} s.`
  print(`\n${paint('green', summary)}`)
}

const cleanups = new Cleanups()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    await cleanups.run()
    process.exit(INTERRUPTED)
  })
}

demo(cleanups).catch(async (error: Error) => {
  await cleanups.run()
  const text = error.name === 'StoryError' ? error.message : (error.stack ?? error.message)
  process.stderr.write(`\nThe story did not end as it must: ${text}\n`)
  process.exitCode = 1
})
