import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { withStartLock } from '../src/db/start-lock.ts'

/**
 * A process that takes the start lock `rounds` times and prints how often it met another holder; with 0 rounds
 * it takes the lock, says so and keeps it until it is killed.
 */
const { folder, rounds } = JSON.parse(process.argv[2] ?? '{}')
let overlaps = 0
for (let round = 0; round < rounds; round += 1) {
  await withStartLock(folder, async () => {
    const mark = join(folder, 'inside')
    await writeFile(mark, '', { flag: 'wx' }).catch(() => {
      overlaps += 1
    })
    await new Promise((resolve) => setImmediate(resolve))
    await rm(mark, { force: true })
  })
}
if (rounds > 0) console.log(overlaps)
else {
  await withStartLock(folder, () => {
    console.log('"held"')
    setInterval(() => {}, 60_000)
    return new Promise(() => {})
  })
}
