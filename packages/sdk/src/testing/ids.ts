/** Ids and secrets of a bed: the same in every run, and none of them twice. */
export class Ids {
  #count = 0
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  /** A UUID of version 7, later ones above earlier ones. */
  uuid(): string {
    const time = Math.floor(this.#now()).toString(16).padStart(12, '0')
    const count = (++this.#count).toString(16).padStart(12, '0')
    return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${count}`
  }

  /** Such as `ca_bed_17`. */
  secret(prefix: string): string {
    return `${prefix}_bed_${++this.#count}`
  }

  /** The id by which the app knows a person, such as `bed_Negar_3`: opaque to it, readable in a test. */
  userId(name: string): string {
    return `bed_${name.replace(/[^A-Za-z0-9]/g, '').slice(0, 20)}_${++this.#count}`
  }
}
