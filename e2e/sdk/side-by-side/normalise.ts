import type { StorySettings } from './marketplace.ts'

/** Names what differs between two runs of one story by the order in which it first appears. */
export class Normaliser {
  readonly #settings: StorySettings
  readonly #names = new Map<string, string>()

  constructor(settings: StorySettings) {
    this.#settings = settings
  }

  /** Gives a value a name of its own, such as a user's id that no pattern tells. */
  name(value: string, name: string): void {
    this.#names.set(value, `{${name}}`)
  }

  normal(value: unknown): unknown {
    if (typeof value === 'string') return this.#text(value)
    if (Array.isArray(value)) return value.map((each) => this.normal(each))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, member]) => member !== undefined)
        .map(([name, member]) => [
          name,
          name === 'sent_at' && typeof member === 'number' ? '{time}' : this.normal(member),
        ]),
    )
  }

  #text(text: string): string {
    const { charsuUrl, publicUrl, clientId, apiKey } = this.#settings
    let plain = text
    for (const [known, name] of [
      ...this.#names,
      // By its own account a server of tests is on localhost.
      ...[charsuUrl.replace('127.0.0.1', 'localhost')].flatMap((url) => [
        [url, '{charsu}'] as const,
        [encodeURIComponent(url), '{charsu}'] as const,
      ]),
      [encodeURIComponent(charsuUrl), '{charsu}'],
      [encodeURIComponent(publicUrl), '{app}'],
      [charsuUrl, '{charsu}'],
      [publicUrl, '{app}'],
      [apiKey, '{key}'],
      [clientId, '{slug}'],
    ] as const) {
      plain = plain.replaceAll(known, name)
    }
    return plain
      .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '{time}')
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, (id) =>
        this.#numbered('id', id),
      )
      .replace(/\b(ca|cr|cc|cu|cm)_[A-Za-z0-9_.-]{5,}/g, (secret, prefix) => this.#numbered(prefix, secret))
  }

  #numbered(kind: string, value: string): string {
    const key = `${kind} ${value.toLowerCase()}`
    const known = this.#names.get(key)
    if (known) return known
    const name = `{${kind} ${[...this.#names.keys()].filter((each) => each.startsWith(`${kind} `)).length + 1}}`
    this.#names.set(key, name)
    return name
  }
}
