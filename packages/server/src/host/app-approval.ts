import { isJsonObject } from '@charsu/protocol/json-object'
import { normalizer, type Parser, type Report } from '@charsu/protocol/parse'
import * as Type from 'typebox'
import { permissionNames, scopeNames } from '../apps/asked-names.ts'

/** What the host decides about an app; the names are all that it may use from now on. */
export interface AppApproval {
  approved: boolean
  /** Canonical names, without resources. */
  scopes: string[]
  permissions: string[]
}

const MAX_NAMES = 200

const names = (description: string) =>
  Type.Optional(Type.Array(Type.String({ description }), { maxItems: MAX_NAMES }))

const Approval = Type.Object({
  approved: Type.Boolean(),
  scopes: names('a scope’s name, without resource'),
  permissions: names('a permission’s name'),
})

/** Body of `PUT /host/v1/apps/{slug}/approval`; an approval has to say both lists, if need be empty. */
export const appApprovalParser: Parser<AppApproval> = normalizer(Approval, (value, report) => {
  const given = isJsonObject(value) ? value : {}
  if (given.approved !== true) return { approved: false, scopes: [], permissions: [] }
  return {
    approved: true,
    scopes: scopeNames(listOf(given.scopes, 'scopes', report), report),
    permissions: permissionNames(listOf(given.permissions, 'permissions', report), report),
  }
})

function listOf(list: unknown, field: string, report: Report): unknown[] {
  if (list === undefined) report(field, 'is required with an approval; send the names to approve, or []')
  return Array.isArray(list) && list.length <= MAX_NAMES ? list : []
}
