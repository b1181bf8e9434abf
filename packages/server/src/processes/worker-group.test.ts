import { once } from 'node:events'
import net from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startNode } from '../../testing/node-child.ts'

const CHILD = join(import.meta.dirname, '../../testing/group-child.ts')

interface Serving {
  pid: number
  port: number
}

test('a worker that is killed while a connection is dealt to it is replaced, behind the same port', async () => {
  const primary = startNode(CHILD, {})
  onTestFinished(() => primary.kill())
  const { pid, port } = await primary.next<Serving>()
  process.kill(pid, 'SIGSTOP')
  const connection = net.connect(port, '127.0.0.1')
  onTestFinished(() => void connection.destroy())
  await once(connection, 'connect')
  primary.tell('dealt?')
  expect(await primary.next()).toBe('dealt?')
  process.kill(pid, 'SIGKILL')
  expect(await primary.next()).toMatchObject({ pid, how: 'SIGKILL' })
  expect((await primary.next<Serving>()).port).toBe(port)
  const answer = await fetch(`http://127.0.0.1:${port}`)
  expect(await answer.text()).toBe('here')
})
