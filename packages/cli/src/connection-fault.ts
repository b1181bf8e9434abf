const FAULTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut',
  ENOTFOUND: 'there is no host of that name',
  EAI_AGAIN: 'the name cannot be looked up now',
  ETIMEDOUT: 'it does not answer',
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer',
  UND_ERR_SOCKET: 'the connection was cut',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
}

/** In words, why a call got no answer; fetch hides it in its error's cause. */
export function connectionFault(error: unknown): string {
  const cause = (error as { cause?: unknown }).cause ?? error
  const [first] = (cause as { errors?: unknown[] }).errors ?? []
  const { code, message } = (first ?? cause) as { code?: unknown; message?: unknown }
  return FAULTS[String(code)] ?? (typeof message === 'string' && message !== '' ? message : String(cause))
}
