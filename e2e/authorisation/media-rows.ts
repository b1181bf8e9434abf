import { LinkSigner } from '../../packages/server/src/media/link-signer.ts'
import { mediaIdOf } from '../../packages/server/src/media/media-token.ts'
import { UploadTokens } from '../../packages/server/src/media/upload-token.ts'
import { addMediaOwners, upload } from '../../packages/server/testing/media-bed.ts'
import { pdfFile } from '../../packages/server/testing/sample-files.ts'
import { hostRow } from './host-callers.ts'
import type { Expected, Sent } from './outcome.ts'
import { bearer, type Cell, OK, type Row, withHeaders } from './row.ts'
import { userRow } from './session-callers.ts'
import { addToken, SECRET, type World } from './world.ts'

const NO_TOKEN: Expected = { answer: '401 16 UPLOAD_TOKEN_MISSING', says: ['Authorization: Bearer'] }
const UNKNOWN_TOKEN: Expected = { answer: '401 16 UPLOAD_TOKEN_UNKNOWN', says: ['no upload token of ours'] }
const EXPIRED_TOKEN: Expected = { answer: '401 16 UPLOAD_TOKEN_EXPIRED', says: ['get a new one'] }

function aFile(): Sent {
  const form = new FormData()
  form.append('file', new Blob([new Uint8Array(pdfFile())]), 'a.pdf')
  return { params: { kind: 'file' }, files: form }
}

const uploadCell = (
  caller: string,
  headers: (w: World) => Record<string, string> | Promise<Record<string, string>>,
  expected: Expected,
): Cell => ({ caller, sent: async (w) => withHeaders(aFile(), await headers(w)), expected })

/** Only an upload token counts, whatever other credential comes along. */
const uploadRow: Row = {
  method: 'POST',
  path: '/upload/:kind',
  operation: 'Media_Upload',
  cells: [
    uploadCell('none', () => ({}), NO_TOKEN),
    uploadCell('session', (w) => ({ cookie: w.party.seller.cookie }), NO_TOKEN),
    uploadCell('key', (w) => ({ 'x-api-key': w.app.key }), NO_TOKEN),
    uploadCell('key as token', (w) => bearer(w.app.key), UNKNOWN_TOKEN),
    uploadCell('host key', (w) => bearer(w.node.hostKey), UNKNOWN_TOKEN),
    uploadCell(
      'token of a user',
      async (w) => bearer(await addToken(w, w.app, w.party.seller, { scopes: ['USER_ID'] })),
      UNKNOWN_TOKEN,
    ),
    uploadCell(
      'upload token of another instance',
      (w) =>
        bearer(new UploadTokens(Buffer.alloc(32, 1), { now: Date.now }).issue({ kind: 'app', id: w.app.id })),
      UNKNOWN_TOKEN,
    ),
    uploadCell(
      'upload token of an hour ago',
      async (w) => {
        const tokens = new UploadTokens(Buffer.from(SECRET), { now: () => Date.now() - 3_600_000 })
        return bearer(tokens.issue({ kind: 'app', id: w.app.id }))
      },
      EXPIRED_TOKEN,
    ),
    uploadCell('upload token of an app', async (w) => bearer((await addMediaOwners(w.node)).appToken), OK),
    uploadCell('upload token of a user', async (w) => bearer((await addMediaOwners(w.node)).userToken), OK),
  ],
}

const FORGED: Expected = { answer: '403 7 LINK_FORGED', says: ['take it whole and unchanged'] }
const EXPIRED: Expected = { answer: '410 5 LINK_EXPIRED', says: ['has expired'] }
const HOUR_MS = 3_600_000

/** The link of an upload made for this call, with a life of `lifeMs` from now. */
async function linkOf(world: World, { lifeMs = HOUR_MS, secret = SECRET } = {}) {
  const { appToken } = await addMediaOwners(world.node)
  const { body } = await upload(world.node.url, {
    kind: 'file',
    token: appToken,
    parts: [{ bytes: pdfFile() }],
  })
  const id = mediaIdOf(body.id ?? '') ?? ''
  const signer = new LinkSigner({
    secret: Buffer.from(secret),
    site: { publicUrl: world.node.url },
    clock: { now: Date.now },
    eventLinkMs: lifeMs,
  })
  const { search } = new URL(signer.link(id, 'file', Date.now()))
  return { params: { media_id: id, variant: 'file' }, query: search } satisfies Sent
}

/** A link is all that counts: of others than its holder nothing is asked. */
function linkRow(method: 'GET' | 'HEAD', operation: string): Row {
  // An answer to HEAD has no body, so nothing in it can be looked for.
  const refusal = (expected: Expected): Expected =>
    method === 'GET' ? expected : { answer: expected.answer.split(' ', 1)[0] ?? '' }
  return {
    method,
    path: '/media/:media_id/:variant',
    operation,
    cells: [
      {
        caller: 'none',
        sent: async (w) => ({ ...(await linkOf(w)), query: '' }),
        expected: refusal(FORGED),
      },
      {
        caller: 'the uploading app’s key, without a link',
        sent: async (w) => withHeaders({ ...(await linkOf(w)), query: '' }, { 'x-api-key': w.app.key }),
        expected: refusal(FORGED),
      },
      {
        caller: 'host key, without a link',
        sent: async (w) => withHeaders({ ...(await linkOf(w)), query: '' }, bearer(w.node.hostKey)),
        expected: refusal(FORGED),
      },
      {
        caller: 'link of another instance',
        sent: (w) => linkOf(w, { secret: 'of another' }),
        expected: refusal(FORGED),
      },
      {
        caller: 'link to another file',
        sent: async (w) => ({ ...(await linkOf(w)), params: (await linkOf(w)).params }),
        expected: refusal(FORGED),
      },
      {
        caller: 'link to its thumbnail',
        sent: async (w) => {
          const { params, query } = await linkOf(w)
          return { query, params: { ...params, variant: 'thumbnail' } }
        },
        expected: refusal(FORGED),
      },
      { caller: 'expired link', sent: (w) => linkOf(w, { lifeMs: -2_000 }), expected: refusal(EXPIRED) },
      { caller: 'link', sent: (w) => linkOf(w), expected: { answer: '200' } },
      {
        caller: 'link, with the session of a blacklisted user',
        sent: async (w) => withHeaders(await linkOf(w), { cookie: w.bannedParty.seller.cookie }),
        expected: { answer: '200' },
      },
    ],
  }
}

/** Uploads (wire contract §10), but for the app's own upload token. */
export const mediaRows: readonly Row[] = [
  userRow({
    method: 'POST',
    path: '/me/v1/uploads',
    operation: 'Me_GetUploadToken',
    sent: () => ({}),
    works: { answer: '200', says: ['"token":"cu_'] },
    otherUser: OK,
    blacklisted: { answer: '412 9 USER_BLACKLISTED', hides: ['cu_'] },
  }),
  hostRow({
    method: 'POST',
    path: '/host/v1/users/:host_id/uploads',
    operation: 'Host_GetUploadToken',
    sent: ({ party }) => ({ params: { host_id: party.seller.hostId } }),
    works: { answer: '200', says: ['"token":"cu_'] },
  }),
  uploadRow,
  linkRow('GET', 'Media_Get'),
  linkRow('HEAD', 'Media_Get-head'),
]
