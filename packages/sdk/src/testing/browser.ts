import { type Authorization, authorize } from './authorize.ts'
import { BedError } from './bed-error.ts'
import type { AppUnderTest, KnownApp } from './bed-settings.ts'
import type { BedClock } from './clock.ts'
import type { User, World } from './world.ts'

/** A page that a person looks at. */
export interface Visit {
  /** Where the way ended. */
  url: string
  status: number
  /** The page's text. */
  text: string
  /** On the marketplace's consent page: the scopes that the app asks for. */
  asks?: readonly string[]
}

export interface BrowserDeps {
  world: World
  known: KnownApp
  app: Promise<AppUnderTest>
  clock: BedClock
}

const MAX_REDIRECTS = 10

/** A person's browser: it keeps cookies and follows redirects, between the app and the marketplace. */
export class Browser {
  readonly #deps: BrowserDeps
  readonly #user: User
  readonly #cookies = new Map<string, string>()

  constructor(deps: BrowserDeps, user: User) {
    this.#deps = deps
    this.#user = user
  }

  /** Opens a URL, and stops at a consent page. */
  async open(start: string): Promise<Visit & { question?: Extract<Authorization, { kind: 'question' }> }> {
    const { charsuUrl, publicUrl } = this.#deps.known.settings
    let url = this.#absolute(start)
    for (let i = 0; i < MAX_REDIRECTS; i++) {
      if (url.origin === charsuUrl) {
        const met = this.#atMarketplace(url)
        if (!('next' in met)) return met
        url = new URL(met.next)
        continue
      }
      if (url.origin !== publicUrl) {
        return { url: url.href, status: 200, text: `(${url.origin} is outside of the test bed)` }
      }
      const response = await this.#ask(url)
      const location = response.headers.get('location')
      if (response.status < 300 || response.status >= 400 || location === null) {
        return { url: url.href, status: response.status, text: await response.text() }
      }
      url = new URL(location, url)
    }
    throw new BedError(`${start} leads on and on: after ${MAX_REDIRECTS} redirects it was at ${url.href}`)
  }

  #absolute(url: string): URL {
    const { publicUrl } = this.#deps.known.settings
    if (!URL.canParse(url, publicUrl)) {
      throw new BedError(
        `${JSON.stringify(url)} is no URL: open what connectUrl() gave, or a path of the app`,
      )
    }
    return new URL(url, publicUrl)
  }

  #atMarketplace(
    url: URL,
  ): { next: string } | (Visit & { question?: Extract<Authorization, { kind: 'question' }> }) {
    if (url.pathname !== '/oauth2/auth' && url.pathname !== '/oauth') {
      return { url: url.href, status: 200, text: '(a page of the marketplace)' }
    }
    const met = authorize(this.#deps, url, this.#user)
    switch (met.kind) {
      case 'refused':
        return { url: url.href, status: 400, text: met.message }
      case 'sent back':
        return { next: met.url }
      case 'question':
        return { url: url.href, status: 200, text: '(the consent page)', asks: met.scopes, question: met }
    }
  }

  async #ask(url: URL): Promise<Response> {
    const landed = this.#deps.clock.begin(`GET ${url.pathname}`)
    try {
      const app = await this.#deps.app
      const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
      const request = new Request(url, { headers: { accept: 'text/html', ...(cookie !== '' && { cookie }) } })
      const response = await (typeof app === 'function' ? app(request) : app.fetch(request))
      for (const line of response.headers.getSetCookie()) this.#keepCookie(line)
      return response
    } catch (error) {
      throw new BedError(
        `the app threw at GET ${url.pathname}: ${error instanceof Error ? error.message : error}`,
        {
          cause: error,
        },
      )
    } finally {
      landed()
    }
  }

  #keepCookie(line: string): void {
    const [pair = '', ...attributes] = line.split(';')
    const equals = pair.indexOf('=')
    const name = pair.slice(0, equals).trim()
    const value = pair.slice(equals + 1).trim()
    const isOver = attributes.some((each) => /^\s*max-age\s*=\s*(0|-\d+)\s*$/i.test(each))
    if (isOver || value === '') this.#cookies.delete(name)
    else this.#cookies.set(name, value)
  }
}
