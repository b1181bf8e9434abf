import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { startMarketplace } from './marketplace-process.ts'
import { setStage } from './stage.ts'
import { tellStory } from './story.ts'
import { painter, Transcript } from './transcript.ts'

const FOLDER_FOR_ALL = 0o755

async function demo(): Promise<void> {
  const colours = process.stdout.isTTY === true && !process.env.NO_COLOR
  const paint = painter(colours)
  const print = (line: string): void => void process.stdout.write(`${line}\n`)
  const started = performance.now()
  const folder = await mkdtemp(join(tmpdir(), 'charsu-demo-'))
  // PostgreSQL runs as another user when this runs as root; what matters inside is closed by its owners.
  await chmod(folder, FOLDER_FOR_ALL)
  try {
    print(paint('bold', 'Charsu: the story of a buyer, a seller and an app'))
    const databaseUrl = process.env.DATABASE_URL
    const marketplace = await startMarketplace({
      database: databaseUrl ? { databaseUrl } : { dataDir: join(folder, 'database') },
    })
    const transcript = new Transcript(print, paint)
    print(
      `Charsu runs at ${marketplace.url} as process ${marketplace.pid}, on ${databaseUrl ? 'DATABASE_URL' : 'its own PostgreSQL'}.`,
    )
    try {
      const stateFile = join(folder, 'visit-planner.json')
      await tellStory(setStage({ marketplace, appPort: await freePort(), stateFile, reporter: transcript }))
    } finally {
      await marketplace.stop()
    }
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    print('')
    print(
      paint(
        'green',
        `The story ended as it must: ${transcript.chapters} chapters, ${transcript.exchanges} exchanges, ${seconds} s.`,
      ),
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

demo().catch((error: Error) => {
  const text = error.name === 'StoryError' ? error.message : (error.stack ?? error.message)
  process.stderr.write(`\nThe story did not end as it must: ${text}\n`)
  process.exitCode = 1
})
