import type { Expected, Sent } from './outcome.ts'
import { bearer, type Row, withHeaders } from './row.ts'
import { addToken, type World } from './world.ts'

const NO_KEY: Expected = { answer: '401 16 HOST_KEY_MISSING', says: ['Authorization: Bearer'] }
const WRONG_KEY: Expected = { answer: '401 16 HOST_KEY_WRONG', says: ['CHARSU_HOST_KEY'] }

interface HostRow extends Omit<Row, 'cells'> {
  sent: (world: World) => Sent | Promise<Sent>
  works: Expected
}

/** Operations for the marketplace's backend, by the host key alone. */
export function hostRow({ sent, works, ...operation }: HostRow): Row {
  const as = (headers: (w: World) => Record<string, string>) => async (w: World) =>
    withHeaders(await sent(w), headers(w))
  return {
    ...operation,
    cells: [
      { caller: 'none', sent, expected: NO_KEY },
      { caller: 'empty key', sent: as(() => bearer('')), expected: NO_KEY },
      {
        caller: 'another scheme',
        sent: as((w) => ({ authorization: `Basic ${w.node.hostKey}` })),
        expected: NO_KEY,
      },
      {
        caller: 'session of a developer',
        sent: as((w) => ({ cookie: w.developer.cookie })),
        expected: NO_KEY,
      },
      { caller: 'wrong key', sent: as((w) => bearer(`${w.node.hostKey}x`)), expected: WRONG_KEY },
      {
        caller: 'beginning of the key',
        sent: as((w) => bearer(w.node.hostKey.slice(0, -1))),
        expected: WRONG_KEY,
      },
      { caller: 'key of an app', sent: as((w) => ({ 'x-api-key': w.app.key })), expected: WRONG_KEY },
      {
        caller: 'token of a user',
        sent: async (w) => {
          const token = await addToken(w, w.app, w.party.seller, { scopes: ['USER_ID'] })
          return withHeaders(await sent(w), { 'x-api-key': w.app.key, ...bearer(token) })
        },
        expected: WRONG_KEY,
      },
      { caller: 'host key', sent: as((w) => bearer(w.node.hostKey)), expected: works },
    ],
  }
}
