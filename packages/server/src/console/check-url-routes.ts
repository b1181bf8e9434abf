import { parser } from '@charsu/protocol/parse'
import * as Type from 'typebox'
import { ownApp } from '../apps/own-app.ts'
import type { Database } from '../db/database.ts'
import { type Route, route } from '../http/route.ts'
import { named } from './named.ts'
import { tryAppUrl, type UrlCheckDeps } from './try-app-url.ts'
import { CHECKED_FIELDS, URL_PROBLEMS } from './url-verdict.ts'

const orNull = <S extends Type.TSchema>(schema: S) => Type.Union([schema, Type.Null()])

const Verdict = Type.Object({
  reachable: orNull(Type.Boolean()),
  answered: Type.Boolean(),
  status: orNull(Type.Integer()),
  ms: orNull(Type.Integer()),
  problem: orNull(Type.Enum([...URL_PROBLEMS])),
  advice: Type.String(),
})

/** Tries an address out before it is saved. */
export const checkUrlRoutes = (deps: UrlCheckDeps & { db: Database }): Route[] => [
  route({
    method: 'POST',
    path: '/console/v1/apps/:slug/check-url',
    operation: 'Console_CheckUrl',
    summary: 'Whether an address would be saved, and whether it answers',
    caller: 'developer',
    body: parser(Type.Object({ field: Type.Enum([...CHECKED_FIELDS]), url: Type.String() })),
    answer: Verdict,
    handle: async ({ caller, params, body }) => {
      await ownApp(deps.db, named(caller, params))
      return tryAppUrl(deps, { developerId: caller.userId, field: body.field, url: body.url })
    },
  }),
]
