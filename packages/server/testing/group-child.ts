import cluster from 'node:cluster'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { systemClock } from '../src/clock.ts'
import { WorkerGroup } from '../src/processes/worker-group.ts'
import type { ToPrimary } from '../src/processes/worker-messages.ts'

const print = (value: unknown): void => console.log(JSON.stringify(value))

/** A group of one worker: prints how each of them ended, and repeats what it is told. */
function lead(): void {
  const group = new WorkerGroup({
    count: 1,
    port: 0,
    env: {},
    clock: systemClock,
    log: { info: () => {}, warn: () => {}, error: print },
    onGiveUp: ({ message }) => print(message),
  })
  createInterface({ input: process.stdin }).on('line', print)
  void group.start()
}

/** Prints its pid and its port once it serves. */
function work(): void {
  const server = http.createServer((_request, answer) => answer.end('here'))
  server.listen(Number(process.env.CHARSU_PORT), '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo
    const ready: ToPrimary = { type: 'ready', port, url: `http://127.0.0.1:${port}`, hostKey: '' }
    process.send?.(ready)
    print({ pid: process.pid, port })
  })
}

if (cluster.isPrimary) lead()
else work()
