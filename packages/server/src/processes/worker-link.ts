import cluster from 'node:cluster'
import type { ProcessMetrics } from '../observe/render-metrics.ts'
import type { ToPrimary, ToWorker } from './worker-messages.ts'

/** A worker's line to the process that started it. */
export interface WorkerLink {
  ready(serving: { port: number; url: string; hostKey: string }): void
  /** Resolves when it has been said, or nobody is there to hear it. */
  failed(explanation: string): Promise<void>
  /** What this process reports of itself when the primary asks. */
  reportWith(report: () => Promise<ProcessMetrics>): void
  /** What other workers report and have counted before they ended; none when the primary does not answer in time. */
  gather(own: ProcessMetrics): Promise<ProcessMetrics[]>
  /** Nothing more will be said; lets the process end. */
  close(): void
}

export interface WorkerLinkDeps {
  /** Asked to stop, or the primary is gone: then nobody would replace or end this worker. */
  onStop(): void
}

/** Longer than the primary waits for its workers. */
const GATHER_TIMEOUT_MS = 2_000

/** Null in a process that is no worker. */
export function openWorkerLink({ onStop }: WorkerLinkDeps): WorkerLink | null {
  const { worker } = cluster
  if (!worker) return null
  const gatherings = new Map<number, (reports: ProcessMetrics[]) => void>()
  let lastId = 0
  let report = async (): Promise<ProcessMetrics> => []
  const say = (message: ToPrimary): Promise<void> =>
    new Promise((resolve) => {
      if (worker.isConnected()) worker.send(message, () => resolve())
      else resolve()
    })

  worker.on('message', (message: ToWorker) => {
    if (message.type === 'stop') onStop()
    else if (message.type === 'gathered') gatherings.get(message.id)?.(message.reports)
    else void report().then((own) => say({ type: 'report', id: message.id, report: own }))
  })
  worker.once('disconnect', () => {
    // Otherwise Node ends this process at once, with all that is under way.
    worker.exitedAfterDisconnect = true
    onStop()
  })

  return {
    ready: ({ port, url, hostKey }) => void say({ type: 'ready', port, url, hostKey }),
    failed: (explanation) => say({ type: 'failed', explanation }),
    reportWith(made) {
      report = made
    },
    async gather(own) {
      const id = ++lastId
      const answered = new Promise<ProcessMetrics[]>((resolve) => {
        gatherings.set(id, resolve)
        setTimeout(() => resolve([]), GATHER_TIMEOUT_MS).unref()
      })
      void say({ type: 'gather', id, own })
      const reports = await answered
      gatherings.delete(id)
      return reports
    },
    close() {
      if (worker.isConnected()) worker.disconnect()
    },
  }
}
