import { type AppFixture, addApp, addUser, type UserFixture } from './marketplace-fixture.ts'
import type { TestServer } from './test-server.ts'

export interface UploadAnswer {
  status: number
  body: { id?: string; status?: string; code?: number; message?: string; details?: { reason?: string }[] }
}

/** A part of a multipart body. */
export interface Part {
  field?: string
  name?: string
  bytes: Uint8Array
}

/** Sends files as a client does. */
export async function upload(
  url: string,
  { kind, token, parts }: { kind: string; token: string; parts: readonly Part[] },
): Promise<UploadAnswer> {
  const form = new FormData()
  for (const { field = 'file', name = 'upload', bytes } of parts) {
    form.append(field, new Blob([new Uint8Array(bytes)]), name)
  }
  const answer = await fetch(`${url}/upload/${kind}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: form,
  })
  return { status: answer.status, body: (await answer.json()) as UploadAnswer['body'] }
}

export interface MediaOwners {
  app: AppFixture
  user: UserFixture
  /** Upload tokens of both. */
  appToken: string
  userToken: string
}

/** An app and a person, each with an upload token. */
export async function addMediaOwners(node: Pick<TestServer, 'url' | 'db'>): Promise<MediaOwners> {
  const user = await addUser(node.db)
  const app = await addApp(node.db, user.id)
  const ask = async (path: string, headers: Record<string, string>): Promise<string> => {
    const answer = await fetch(`${node.url}${path}`, { method: 'POST', headers })
    return ((await answer.json()) as { token: string }).token
  }
  return {
    app,
    user,
    appToken: await ask('/experimental/open-platform/chat/upload', { 'x-api-key': app.key }),
    userToken: await ask('/me/v1/uploads', { cookie: user.cookie }),
  }
}
