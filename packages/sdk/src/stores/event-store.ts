/**
 * Which events were handled, so that each is handled once: the platform delivers at least once, and repeats an event
 * whose answer it did not see (wire contract §5). Several processes may share one store.
 */
export interface EventStore {
  /**
   * Takes an event to handle it. `first`: nobody has it, it is yours now. `done`: it was handled. `taken`: somebody is
   * handling it, or began to and died; the latter's hold ends by itself.
   */
  take(id: string): Promise<'first' | 'done' | 'taken'>
  /** It was handled, and must not be again. */
  done(id: string): Promise<void>
  /** Handling failed: the next one who takes it is the first again. */
  release(id: string): Promise<void>
}
