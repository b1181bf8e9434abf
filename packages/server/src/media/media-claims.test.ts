import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { addMediaOwners, type MediaOwners, upload } from '../../testing/media-bed.ts'
import * as sample from '../../testing/sample-files.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { newId } from '../ids.ts'
import { MediaClaims } from './media-claims.ts'
import { mediaIdOf } from './media-token.ts'
import { removeMediaOfUser } from './remove-media.ts'

let node: TestServer
let owners: MediaOwners
let claims: MediaClaims
beforeAll(async () => {
  node = await startTestServer()
  claims = new MediaClaims(node.db)
})
beforeEach(async () => {
  owners = await addMediaOwners(node)
})
afterAll(() => node.close())

async function uploaded(kind: string, bytes: Uint8Array, token = owners.userToken): Promise<string> {
  const { body } = await upload(node.url, { kind, token, parts: [{ bytes, name: 'a.bin' }] })
  return body.id ?? ''
}

const asUser = () => ({ kind: 'user' as const, id: owners.user.id })
const REFUSED = {
  codeName: 'INVALID_ARGUMENT',
  violations: [{ field: 'media_token', description: expect.stringContaining('upload the file anew') }],
}

describe('§10 media: a media token', () => {
  test('stands for what a message needs to show it', async () => {
    const image = await claims.claim(
      asUser(),
      await uploaded('image', await sample.pngImage(70, 50)),
      newId(),
    )
    expect(image).toEqual({
      type: 'IMAGE',
      media: { id: expect.any(String), size_bytes: expect.any(Number), width_px: 70, height_px: 50 },
    })
    const file = await claims.claim(asUser(), await uploaded('file', sample.pdfFile()), newId())
    expect(file).toEqual({
      type: 'FILE',
      media: { id: expect.any(String), size_bytes: sample.pdfFile().length, name: 'a.bin.pdf' },
    })
    const voice = await claims.claim(asUser(), await uploaded('voice', sample.m4aVoice()), newId())
    expect(voice).toEqual({
      type: 'VOICE',
      media: { id: expect.any(String), size_bytes: sample.m4aVoice().length },
    })
  })

  test('works for its owner alone', async () => {
    const ofUser = await uploaded('file', sample.pdfFile())
    const ofApp = await uploaded('file', sample.pdfFile(), owners.appToken)
    const app = { kind: 'app' as const, id: owners.app.id }
    const stranger = await addMediaOwners(node)
    await expect(claims.claim(app, ofUser, newId())).rejects.toMatchObject(REFUSED)
    await expect(claims.claim(asUser(), ofApp, newId())).rejects.toMatchObject(REFUSED)
    await expect(claims.claim({ kind: 'user', id: stranger.user.id }, ofUser, newId())).rejects.toMatchObject(
      REFUSED,
    )
    // The same id of the other kind is another owner.
    await expect(claims.claim({ kind: 'app', id: owners.user.id }, ofUser, newId())).rejects.toMatchObject(
      REFUSED,
    )
    expect((await claims.claim(app, ofApp, newId())).type).toBe('FILE')
  })

  test.each([
    '',
    'x',
    'cm_',
    `cm_${'A'.repeat(22)}`,
    '01900000-0000-7000-8000-000000000001',
    `cm_${'ی'.repeat(22)}`,
  ])('%j is none', async (token) => {
    await expect(claims.claim(asUser(), token, newId())).rejects.toMatchObject(REFUSED)
  })

  test('goes into any number of messages, also at once', async () => {
    const token = await uploaded('file', sample.pdfFile())
    const claimed = await Promise.all(
      Array.from({ length: 20 }, () => claims.claim(asUser(), token, newId())),
    )
    expect(new Set(claimed.map(({ media }) => media.id)).size).toBe(1)
    const uses = await node.db
      .selectFrom('media_uses')
      .selectAll()
      .where('media_id', '=', mediaIdOf(token)!)
      .execute()
    expect(uses).toHaveLength(20)
  })

  test('works no more once its file was removed', async () => {
    const token = await uploaded('file', sample.pdfFile())
    await removeMediaOfUser(node.db, owners.user.id)
    await expect(claims.claim(asUser(), token, newId())).rejects.toMatchObject(REFUSED)
  })
})
