/** A person's browser: it keeps cookies by host, and follows links only as far as it is told. It has no proxy. */
export class KenarBrowser {
  readonly #cookies = new Map<string, Map<string, string>>()

  async open(
    url: string,
    init: RequestInit = {},
  ): Promise<{ status: number; text: string; location: string | null }> {
    const { host } = new URL(url)
    const jar = this.#cookies.get(host) ?? new Map<string, string>()
    this.#cookies.set(host, jar)
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, {
      redirect: 'manual',
      ...init,
      headers: { ...(cookie && { cookie }), ...(init.headers as Record<string, string> | undefined) },
    })
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = '', attributes = ''] = /^([^=]+)=([^;]*)(.*)$/.exec(set) ?? []
      // As browsers do: a cookie for another domain is not taken.
      if (!/;\s*domain=/i.test(attributes)) jar.set(name, value)
    }
    const location = response.headers.get('location')
    return {
      status: response.status,
      text: await response.text(),
      location: location && new URL(location, url).href,
    }
  }

  /** Submits a form of Charsu's pages, as from the page itself. */
  submit(url: string, fields: Record<string, string>): ReturnType<KenarBrowser['open']> {
    return this.open(url, {
      method: 'POST',
      headers: { origin: new URL(url).origin },
      body: new URLSearchParams(fields),
    })
  }
}
