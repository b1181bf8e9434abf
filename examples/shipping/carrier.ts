import { createHash, timingSafeEqual } from 'node:crypto'
import { parser } from '@charsu/protocol/parse'
import { type App, NoAnswerError, RefusedError } from '@charsu/sdk'
import * as Type from 'typebox'
import type { OneAtATime } from './one-at-a-time.ts'
import { isForward, type Parcel, type Parcels, STATUSES, type Status } from './parcels.ts'
import { readText } from './read-text.ts'
import { statusText } from './words.ts'

export interface CarrierDeps {
  app: Pick<App, 'say'>
  parcels: Parcels
  /** By the parcel's id. */
  turns: OneAtATime
  /** Only the carrier and this app know it. */
  secret: string
  report(error: unknown): void
}

const MAX_BODY_BYTES = 10_000

const statusBody = parser(Type.Object({ parcel: Type.String(), status: Type.Enum([...STATUSES]) }))

/** The carrier's webhook: it says where a parcel is, perhaps twice, and perhaps out of order. */
export async function receiveStatus(deps: CarrierDeps, request: Request): Promise<Response> {
  if (!isSame(request.headers.get('authorization') ?? '', `Bearer ${deps.secret}`)) {
    return Response.json({ error: 'send the secret as "Authorization: Bearer …"' }, { status: 401 })
  }
  const text = await readText(request, MAX_BODY_BYTES)
  if (text === undefined) return Response.json({ error: 'the body is too long' }, { status: 413 })
  const read = statusBody.parse(parsedJson(text))
  if (!read.ok) return Response.json({ error: read.violations }, { status: 400 })
  const { parcel, status } = read.value
  // One after another, or what came first could be said last.
  return deps.turns.run(parcel, () => takeStatus(deps, parcel, status))
}

async function takeStatus(deps: CarrierDeps, id: string, status: Status): Promise<Response> {
  const parcel = deps.parcels.get(id)
  if (parcel === undefined) return Response.json({ error: 'there is no such parcel' }, { status: 404 })
  if (!isForward(parcel.status, status)) return Response.json({ said: false })
  const said = await sayStatus(deps, parcel, status)
  if (said === 'try again') return Response.json({ error: 'try again later' }, { status: 503 })
  deps.parcels.save({ ...parcel, status })
  return Response.json({ said: said === 'said' })
}

async function sayStatus(
  { app, report }: CarrierDeps,
  parcel: Parcel,
  status: Status,
): Promise<'said' | 'refused' | 'try again'> {
  const { id, conversationId, sellerId } = parcel
  try {
    // By this key a status that the carrier sends again, after a crash in between too, is said once.
    const idempotencyKey = `parcel-${id}-${status}`
    await app.say({ conversationId, sellerId }, statusText(parcel, status), { idempotencyKey })
    return 'said'
  } catch (error) {
    report(error)
    const passes = error instanceof NoAnswerError || (error instanceof RefusedError && error.status === 429)
    // Otherwise the consent was taken back, or one side blocked the other: no repetition would help.
    return passes ? 'try again' : 'refused'
  }
}

/** Digests have one length, so the time that the comparison takes tells nothing. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
