import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startNode } from '../../testing/node-child.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { isAlive } from './process-identity.ts'
import { withStartLock } from './start-lock.ts'

const CHILD = join(import.meta.dirname, '../../testing/lock-child.ts')

test('only one of many holds the lock at a time, in one process and over several', async () => {
  await using folder = await temporaryFolder()
  const children = Array.from({ length: 4 }, () => startNode(CHILD, { folder: folder.path, rounds: 20 }))
  let inside = 0
  const here = Array.from({ length: 20 }, () =>
    withStartLock(folder.path, async () => {
      inside += 1
      expect(inside).toBe(1)
      await new Promise((resolve) => setImmediate(resolve))
      inside -= 1
    }),
  )
  const overlaps = await Promise.all(children.map((child) => child.next<number>()))
  await Promise.all(here)
  expect(overlaps).toEqual([0, 0, 0, 0])
})

test('a holder that was killed is succeeded by exactly one of those who wait', async () => {
  await using folder = await temporaryFolder()
  const holder = startNode(CHILD, { folder: folder.path, rounds: 0 })
  await holder.next()
  const waiting = Array.from({ length: 3 }, () => startNode(CHILD, { folder: folder.path, rounds: 5 }))
  await holder.kill()
  await waitFor(() => !isAlive(holder.pid))
  expect(await Promise.all(waiting.map((child) => child.next()))).toEqual([0, 0, 0])
  await Promise.all(waiting.map((child) => child.ended))
  // What killed processes left is gone too.
  await withStartLock(folder.path, async () => {})
  expect(await readdir(folder.path)).toEqual([expect.stringMatching(/^start\.lock\.\d+$/)])
})

test('a lock whose process id now belongs to another program is free', async () => {
  await using folder = await temporaryFolder()
  await writeFile(join(folder.path, 'start.lock.3'), `${process.pid} 1`)
  expect(await withStartLock(folder.path, async () => 'held')).toBe('held')
})

test('the lock is released when the work fails', async () => {
  await using folder = await temporaryFolder()
  await expect(withStartLock(folder.path, () => Promise.reject(new Error('broken')))).rejects.toThrow(
    'broken',
  )
  expect(await withStartLock(folder.path, async () => 'held')).toBe('held')
})
