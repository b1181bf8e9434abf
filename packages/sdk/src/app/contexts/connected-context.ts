import { urlFault } from '@charsu/protocol/web-link'
import type { UserClient } from '../../client/user-client.ts'
import type { Grant } from '../../stores/grant-store.ts'
import { UsageError } from '../app-errors.ts'

export interface Connected {
  grant: Grant
  client: UserClient
  note: string | undefined
  returnTo: string | undefined
}

/** A person gave consent, and is looking at their browser. */
export class ConnectedContext {
  readonly grant: Grant
  /** Acts under this consent. */
  readonly client: UserClient
  /** Who it was; with the scope USER_ID. */
  readonly userId: string | undefined
  /** What `connectUrl` was given. */
  readonly note: string | undefined
  /** Where the person is to go, as `connectUrl` was given. */
  readonly returnTo: string | undefined

  /** @internal */
  constructor({ grant, client, note, returnTo }: Connected) {
    this.grant = grant
    this.client = client
    this.userId = grant.userId
    this.note = note
    this.returnTo = returnTo
  }

  /** Sends the person's browser on: `return ctx.redirect('https://…')`. */
  redirect(url: string): Response {
    return redirect(url)
  }
}

/** A person did not give consent, and is looking at their browser. */
export class DeniedContext {
  readonly note: string | undefined
  readonly returnTo: string | undefined

  /** @internal */
  constructor({ note, returnTo }: Pick<Connected, 'note' | 'returnTo'>) {
    this.note = note
    this.returnTo = returnTo
  }

  /** Sends the person's browser on: `return ctx.redirect('https://…')`. */
  redirect(url: string): Response {
    return redirect(url)
  }
}

function redirect(url: string): Response {
  const fault = urlFault(url)
  if (fault !== undefined) {
    throw new UsageError(`ctx.redirect: the address ${fault}`, 'give the whole address, with https://')
  }
  return new Response(null, { status: 303, headers: { location: new URL(url).href } })
}
