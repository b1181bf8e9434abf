import type { ButtonGrid } from '@charsu/protocol/button-grid'
import type { ErrorBody } from '@charsu/protocol/errors'
import type { TokenAnswer } from '@charsu/protocol/oauth'
import type { UserAnswer } from '@charsu/protocol/users'
import type { Settings } from './settings.ts'
import { bodyToShow, headersToShow, pathToShow, type WireLog } from './wire-log.ts'

/** Charsu answered, but not with 2xx. */
export class Refusal extends Error {
  readonly status: number
  /** The code of google.rpc; null where the answer had none. */
  readonly code: number | null

  constructor(status: number, body: string) {
    const { code, message, error_description } = parseError(body)
    super(message ?? error_description ?? `Charsu answered ${status}`)
    this.name = 'Refusal'
    this.status = status
    this.code = code ?? null
  }

  /** The same call may succeed later: Charsu was down, or too much was asked at once. */
  get isPassing(): boolean {
    return this.status >= 500 || this.status === 429
  }
}

function parseError(body: string): Partial<ErrorBody> & { error_description?: string } {
  try {
    return JSON.parse(body)
  } catch {
    return {}
  }
}

export interface TwoFacedMessage {
  message: string
  sender_buttons: ButtonGrid
  receiver_buttons: ButtonGrid
}

export interface Notice {
  message: string
  postToken: string
  buttonTitle: string
  serverLinkData: Record<string, unknown>
}

type CharsuSettings = Pick<Settings, 'charsuUrl' | 'clientId' | 'clientSecret' | 'apiKey'>

const DEADLINE_MS = 10_000

/** The calls that this app makes to Charsu. */
export class Charsu {
  readonly #settings: CharsuSettings
  readonly #log: WireLog

  constructor(settings: CharsuSettings, log: WireLog) {
    this.#settings = settings
    this.#log = log
  }

  exchangeCode(code: string, redirectUri: string): Promise<TokenAnswer> {
    return this.#token({ grant_type: 'authorization_code', code, redirect_uri: redirectUri })
  }

  refresh(refreshToken: string): Promise<TokenAnswer> {
    return this.#token({ grant_type: 'refresh_token', refresh_token: refreshToken })
  }

  /** Who allowed it; the scope USER_ID shows the id by which this app knows them. */
  readUser(token: string): Promise<UserAnswer> {
    return this.#call(token, 'GET', '/v1/open-platform/users')
  }

  /** Lives as long as the token it is made with. */
  async subscribe(token: string, postToken: string): Promise<void> {
    await this.#call(token, 'POST', '/v1/open-platform/events/subscriptions', {
      body: {
        event_type: 'NEW_MESSAGE_ON_POST',
        event_resource_id: postToken,
        metadata: { post_token: postToken },
      },
    })
  }

  /** @param idempotencyKey the same key sends once, however often it is tried. */
  async sendMessage(
    token: string,
    conversationId: string,
    message: TwoFacedMessage,
    idempotencyKey: string,
  ): Promise<void> {
    await this.#call(token, 'POST', `/v2/open-platform/conversations/${conversationId}/messages`, {
      body: message,
      headers: { 'idempotency-key': idempotencyKey },
    })
  }

  async sendNotice(token: string, notice: Notice): Promise<void> {
    const query = new URLSearchParams({
      message: notice.message,
      target_type: 'POST',
      target_resource_id: notice.postToken,
      'primary_button.title': notice.buttonTitle,
      'primary_button.action.open_server_link.data': JSON.stringify(notice.serverLinkData),
    })
    await this.#call(token, 'POST', `/experimental/open-platform/events/send?${query}`)
  }

  #token(form: Record<string, string>): Promise<TokenAnswer> {
    const { clientId, clientSecret } = this.#settings
    const body = new URLSearchParams({ ...form, client_id: clientId, client_secret: clientSecret })
    return this.#fetch('POST', '/oauth2/token', {
      body: body.toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
  }

  #call<T>(
    token: string,
    method: string,
    path: string,
    { body, headers }: { body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<T> {
    return this.#fetch(method, path, {
      ...(body !== undefined && { body: JSON.stringify(body) }),
      headers: {
        'x-api-key': this.#settings.apiKey,
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
    })
  }

  async #fetch<T>(
    method: string,
    path: string,
    { body, headers }: { body?: string; headers: Record<string, string> },
  ): Promise<T> {
    const response = await fetch(this.#settings.charsuUrl + path, {
      method,
      headers,
      ...(body !== undefined && { body }),
      redirect: 'manual',
      signal: AbortSignal.timeout(DEADLINE_MS),
    })
    const text = await response.text()
    this.#log({
      way: 'sent',
      method,
      path: pathToShow(path),
      headers: headersToShow(new Headers(headers)),
      body: bodyToShow(body ?? '', headers['content-type'] ?? null),
      status: response.status,
      answer: bodyToShow(text, response.headers.get('content-type')),
    })
    if (!response.ok) throw new Refusal(response.status, text)
    return JSON.parse(text) as T
  }
}
