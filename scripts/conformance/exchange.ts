import { request } from 'undici'

export interface Sent {
  method: string
  url: string
  headers: Readonly<Record<string, string>>
  body: string | null
}

export interface Received {
  status: number
  contentType: string
  /** Of a redirect. */
  location: string
  /** `name=value` of each cookie that was set. */
  cookies: string[]
  text: string
}

/** Sends a request as it is: redirects are not followed, and a GET may carry a body. */
export async function exchange({ method, url, headers, body }: Sent): Promise<Received> {
  const answer = await request(url, { method: method as 'GET', headers: { ...headers }, body })
  const { 'content-type': contentType = '', location = '', 'set-cookie': cookies = [] } = answer.headers
  return {
    status: answer.statusCode,
    contentType: String(contentType),
    location: String(location),
    cookies: [cookies].flat().map((cookie) => cookie.split(';', 1)[0] ?? ''),
    text: await answer.body.text(),
  }
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** The request as a command that repeats it. */
export function asCurl({ method, url, headers, body }: Sent): string {
  const parts = ['curl', '-i', '-X', method, quoted(url)]
  for (const [name, value] of Object.entries(headers)) parts.push('-H', quoted(`${name}: ${value}`))
  if (body !== null) parts.push('--data-binary', quoted(body))
  return parts.join(' ')
}
