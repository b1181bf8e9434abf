import { Buffer } from 'node:buffer'
import { caller } from './call-charsu.ts'

const FILES = 4
/** One white pixel. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4////fwAJ+wP9KobjigAAAABJRU5ErkJggg=='

/** Media tokens of pictures, as an app gets them. */
export async function uploadFiles(url: string, key: string): Promise<string[]> {
  const { token } = await caller(url, { 'x-api-key': key })<{ token: string }>(
    'POST',
    '/experimental/open-platform/chat/upload',
    {},
  )
  const upload = async (): Promise<string> => {
    const body = new FormData()
    body.set('file', new Blob([Buffer.from(PNG, 'base64')], { type: 'image/png' }), 'pixel.png')
    const headers = { authorization: `Bearer ${token}` }
    const answer = await fetch(`${url}/upload/image`, { method: 'POST', headers, body })
    const text = await answer.text()
    if (answer.status !== 200) throw new Error(`the upload was answered ${answer.status}: ${text}`)
    return (JSON.parse(text) as { id: string }).id
  }
  const ids: string[] = []
  for (let i = 0; i < FILES; i++) ids.push(await upload())
  return ids
}
