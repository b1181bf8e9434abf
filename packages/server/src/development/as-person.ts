import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { ApiError } from '../errors.ts'
import { SESSION_COOKIE } from '../http/cookies.ts'
import { nothingAt } from '../http/nothing-at.ts'
import type { PathPrefix } from '../http/path-prefix.ts'
import { guarded } from '../http/read-body.ts'
import { type Route, redirect, route } from '../http/route.ts'
import { requireSameOrigin } from '../http/same-origin.ts'
import { type PersonSessionDeps, PersonSessions } from './person-sessions.ts'

export interface AsPersonDeps extends PersonSessionDeps {
  isOwnOrigin: (origin: string) => boolean
}

const AS_PERSON = /^(\/dev\/as\/([^/?#]+))(\/.*)$/s

/**
 * Every path below `/dev/as/{host_id}/` is served as that person, whoever the browser is logged in as: so one window
 * can be two people. It is a session as any other, put in place of the browser's own, so nothing else knows of it.
 * For development mode alone: whoever reaches it is anybody they like, which is why another site's page may not even
 * read by it.
 */
export function asPerson(deps: AsPersonDeps): PathPrefix {
  const sessions = new PersonSessions(deps)
  const asked = new WeakMap<IncomingMessage, { base: string; hostId: string }>()
  return {
    rewriteUrl(request) {
      const url = request.url ?? '/'
      const [, base, hostId, path] = AS_PERSON.exec(url) ?? []
      if (base === undefined || hostId === undefined || path === undefined) return url
      asked.set(request, { base, hostId })
      return path
    },
    register(http) {
      serveAs(http, { ...deps, sessions, asked })
    },
  }
}

interface Serving extends AsPersonDeps {
  sessions: PersonSessions
  asked: WeakMap<IncomingMessage, { base: string; hostId: string }>
}

function serveAs(http: FastifyInstance, { asked, sessions, isOwnOrigin }: Serving): void {
  http.addHook('onRequest', async (request) => {
    const person = asked.get(request.raw)
    if (!person) return
    request.base = person.base
    const { origin, 'sec-fetch-site': site } = request.headers
    requireSameOrigin({ origin, 'sec-fetch-site': site?.toString() }, isOwnOrigin)
    const secret = await sessions.secretOf(decoded(person.hostId))
    request.raw.headers.cookie = withSession(request.headers.cookie, secret)
  })
  http.addHook('onSend', (request, reply, payload, done) => {
    if (request.base !== '') keepBelow(request.base, reply)
    done(null, payload)
  })
}

function decoded(hostId: string): string {
  try {
    return guarded(decodeURIComponent(hostId))
  } catch (error) {
    if (error instanceof ApiError) throw error
    throw new ApiError(
      'INVALID_ARGUMENT',
      'the host id in the path holds a broken percent-encoding: encode each % as %25',
      { reason: 'PATH_MALFORMED', cause: error },
    )
  }
}

function withSession(cookies: string | undefined, secret: string): string {
  const others = (cookies ?? '')
    .split(';')
    .map((each) => each.trim())
    .filter((each) => each !== '' && !isSession(each))
  return [...others, `${SESSION_COOKIE}=${secret}`].join('; ')
}

/** As generously as it is read: spaces around a name do not count. */
const isSession = (cookie: string): boolean => cookie.split('=', 1)[0]?.trim() === SESSION_COOKIE

/** Ways on to our own pages stay with this person, and nothing changes who the browser is logged in as. */
function keepBelow(base: string, reply: FastifyReply): void {
  const location = reply.getHeader('location')
  if (typeof location === 'string' && /^\/(?!\/)/.test(location)) reply.header('location', base + location)
  const cookies = [reply.getHeader('set-cookie') ?? []].flat().map(String)
  if (!cookies.some(isSession)) return
  const others = cookies.filter((each) => !isSession(each))
  reply.removeHeader('set-cookie')
  if (others.length > 0) reply.header('set-cookie', others)
}

/** The person's own front page. */
export const asPersonRoutes = (): Route[] => [
  route({
    method: 'GET',
    path: '/dev/as/:host_id',
    operation: 'Development_AsPerson',
    summary: 'The chat as that person; every path below is served as them',
    caller: 'local',
    handle: async ({ params: { host_id: hostId = '' }, url }) => {
      if (hostId === '') throw nothingAt({ method: 'GET', url })
      return redirect(`/dev/as/${encodeURIComponent(hostId)}/chat`)
    },
  }),
]
