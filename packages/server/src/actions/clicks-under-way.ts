/** Joins a click to an equal one that is still under way, so that a double click reaches the app once. */
export class ClicksUnderWay<T> {
  readonly #clicks = new Map<string, Promise<T>>()

  /** The outcome of `make`, or of the equal one that runs already. Other nodes are not asked. */
  share(key: string, make: () => Promise<T>): Promise<T> {
    const underWay = this.#clicks.get(key)
    if (underWay) return underWay
    const click = make().finally(() => this.#clicks.delete(key))
    this.#clicks.set(key, click)
    return click
  }
}
