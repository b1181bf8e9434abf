import pg from 'pg'

type Connected = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  done: (release?: unknown) => void,
) => void

/** The event of {@link MeasuredPool}: milliseconds that somebody waited, whether for a connection or in vain. */
export const WAITED = 'waited'

/** A pool that says how long each of its users waits for a connection: the first sign that it is too small. */
export class MeasuredPool extends pg.Pool {
  override connect(): Promise<pg.PoolClient>
  override connect(callback: Connected): void
  override connect(callback?: Connected): Promise<pg.PoolClient> | undefined {
    const startedAt = performance.now()
    const measured = () => this.emit(WAITED, performance.now() - startedAt)
    if (!callback) {
      const connecting = super.connect()
      connecting.then(measured, measured)
      return connecting
    }
    super.connect((error, client, done) => {
      measured()
      callback(error, client, done)
    })
    return undefined
  }
}
