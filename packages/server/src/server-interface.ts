import type { Pool } from 'pg'
import type { Clock } from './clock.ts'
import type { DispatcherOptions } from './delivery/dispatcher.ts'
import type { Route } from './http/route.ts'
import type { Log } from './log.ts'
import type { MediaOptions } from './media/create-media.ts'
import type { ProcessMetrics } from './observe/render-metrics.ts'
import type { ResolveName } from './outbound/resolve-name.ts'

/** What a node is made with. */
export interface ServerDeps {
  /** Connected to a migrated database; closed by its maker, not by the server. */
  pool: Pool
  clock: Clock
  log: Log
  /** Metrics of the others behind the same port, from their `Server.metrics`, for this one's; absent when it is alone. */
  siblingMetrics?: (own: ProcessMetrics) => Promise<readonly ProcessMetrics[]>
  /** Of this process, for people who look for it in the table of nodes. */
  pid?: number
  /** Other periods and limits of the dispatcher than its own, and the name of this node. */
  delivery?: Partial<DispatcherOptions>
  /** Folder of the built pages; absent or null, every page says that they are not built. */
  pages?: string | null
  /** Where the addresses of apps come from; the system's DNS when absent. */
  resolver?: ResolveName
  /** Other limits of uploads than its own. */
  media?: Partial<MediaOptions>
  /** Whether the bundled app takes part, in development mode; in tests it does only where one wants it. */
  demoBot?: boolean
  /** Milliseconds from the start to the first removal of old rows; 30 s when absent. */
  firstHousekeepingMs?: number
  /**
   * The whole marketplace was replaced by another, and this node holds what it has read of the one before: another is
   * to take its place. Resolves when that one serves.
   */
  onReplaced?: () => Promise<void>
  /** Opens the port in the right moment, where another node has to leave it first. */
  takePort?: (open: () => Promise<number>) => Promise<number>
}

/** One node of Charsu. */
export interface Server {
  /** Resolves with the address once connections are accepted. */
  listen(): Promise<{ port: number; url: string }>
  /**
   * Stops taking requests, finishes what is under way, releases what it holds.
   * @param after goes on serving requests until then, but delivers nothing any more.
   */
  close(options?: { after?: Promise<void> }): Promise<void>
  /** Takes no new connections from now on; those that are open go on. */
  leavePort(): void
  /** The host key in force; in development it may have been made here. */
  hostKey: string
  /** All that it serves, as data. */
  routes: readonly Route[]
  /** The metrics of this process alone, fit to be sent to a sibling. */
  metrics(): Promise<ProcessMetrics>
}
