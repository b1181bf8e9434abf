import type { CallOptions } from './call-options.ts'
import type { ReadSettings } from './client-settings.ts'
import type { OperationName } from './operations.ts'
import type { TokenSource } from './token-source.ts'

/** What one call says, apart from who says it. */
export interface Call {
  operation: OperationName
  /** By the names in the operation's path. */
  path?: Readonly<Record<string, string>>
  query?: URLSearchParams
  json?: unknown
  token?: string | TokenSource
  idempotencyKey?: string
}

export class Transport {
  readonly settings: ReadSettings

  constructor(settings: ReadSettings) {
    this.settings = settings
  }

  call<T>(_call: Call, _options: CallOptions = {}): Promise<T> {
    throw new Error('not built yet')
  }
}
