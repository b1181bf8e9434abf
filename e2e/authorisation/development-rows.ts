import type { Expected } from './outcome.ts'
import { publicRow } from './public-rows.ts'
import type { Cell, Row } from './row.ts'
import { fromPages } from './session-callers.ts'
import type { World } from './world.ts'

const REFUSED_PAGE: Expected = { answer: '403', says: ['another site’s page'] }
const IN: Expected = { answer: '302', says: ['/chat'] }

const asPerson = (hostId: string) => ({ form: { user: hostId, return_to: '/chat' } })

/** Anybody may be anybody there, except at the word of another site's page. */
const loginCells: readonly Cell[] = [
  ...fromPages('POST', (w: World) => asPerson(w.stranger.hostId), IN, {
    noSession: IN,
    crossOrigin: REFUSED_PAGE,
  }),
  {
    caller: 'nobody',
    sent: () => asPerson('nobody-at-all'),
    expected: { answer: '400', says: ['is nobody here'] },
  },
  { caller: 'anyone', sent: (w) => asPerson(w.stranger.hostId), expected: IN },
  { caller: 'anyone, as one blacklisted', sent: (w) => asPerson(w.bannedParty.seller.hostId), expected: IN },
]

/** What is served in development mode alone. */
export const developmentRows: readonly Row[] = [
  publicRow({
    method: 'GET',
    path: '/dev/login',
    operation: 'Development_LoginPage',
    sent: () => ({}),
    works: { answer: '200' },
  }),
  { method: 'POST', path: '/dev/login', operation: 'Development_Login', cells: loginCells },
]
