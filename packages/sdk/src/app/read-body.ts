/** Four times what the platform sends at most. */
export const MAX_BODY_BYTES = 1024 * 1024

export type BodyResult = { ok: true; text: string } | { ok: false; status: 400 | 413; why: string }

const TOO_LARGE = {
  ok: false,
  status: 413,
  why: `the body is larger than ${MAX_BODY_BYTES} bytes, and nothing the platform sends is`,
} as const

/** The body's exact bytes as UTF-8 text, for the signature is made over these; never more than the limit is held. */
export async function readBody(request: Request): Promise<BodyResult> {
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BODY_BYTES) return TOO_LARGE
  if (request.bodyUsed) {
    return {
      ok: false,
      status: 400,
      why: 'the body was read before it came here: pass the request on untouched, with nothing before it that parses bodies',
    }
  }
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let text = ''
  let bytes = 0
  const reader = request.body?.getReader()
  if (reader === undefined) return { ok: true, text }
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      bytes += value.byteLength
      if (bytes > MAX_BODY_BYTES) {
        await reader.cancel().catch(() => {})
        return TOO_LARGE
      }
      text += decoder.decode(value, { stream: true })
    }
    return { ok: true, text: text + decoder.decode() }
  } catch {
    await reader.cancel().catch(() => {})
    return { ok: false, status: 400, why: 'the body broke off, or is not UTF-8 text' }
  }
}
