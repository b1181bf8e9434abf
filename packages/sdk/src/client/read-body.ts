/** Far above any answer of the contract. */
export const MAX_ANSWER_BYTES = 16 * 1024 * 1024

/** An answer that goes on and on. */
export class AnswerTooLarge extends Error {
  constructor() {
    super(`the answer has more than ${MAX_ANSWER_BYTES} bytes`)
    this.name = 'AnswerTooLarge'
  }
}

/** What `fetch` or an interceptor gave back is of no use, and would be no better the next time. */
export class NotAnAnswer extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'NotAnAnswer'
  }
}

/** An answer's body as text, up to {@link MAX_ANSWER_BYTES}. */
export async function readBody(response: Response): Promise<string> {
  // Whoever writes plain JavaScript is told by nobody else.
  if (typeof response?.headers?.get !== 'function') {
    throw new NotAnAnswer(
      'an interceptor or the fetch of the settings gave no Response: return what next answers',
    )
  }
  if (response.bodyUsed || response.body?.locked) {
    throw new NotAnAnswer(
      'its body had been read before: an interceptor that looks into it reads response.clone()',
    )
  }
  if (response.body === null) return ''
  const reader = response.body.getReader()
  const decoder = new TextDecoder()
  let bytes = 0
  let text = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    bytes += value.length
    if (bytes > MAX_ANSWER_BYTES) {
      // Not waited for: whoever sends without end may not close either.
      void reader.cancel().catch(() => {})
      throw new AnswerTooLarge()
    }
    text += decoder.decode(value, { stream: true })
  }
}
