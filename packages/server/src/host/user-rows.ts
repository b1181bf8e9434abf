import { isJsonObject } from '@charsu/protocol/json-object'
import { normalizer, type Parser, type Report } from '@charsu/protocol/parse'
import * as Type from 'typebox'
import { normalPhone } from '../marketplace/phone.ts'
import type { UserUpsert } from '../marketplace/upsert-users.ts'
import { reportRepeated } from './repeated-rows.ts'

/** Most rows of one bulk call. */
export const MAX_BULK_ROWS = 1000

/** A host's own name for a person: visible characters, and nothing that a path would lose. */
export const HOST_ID = /^(?!\.{1,2}$)[^\s\p{C}]{1,128}$/u

export const A_HOST_ID = 'a host id: 1 to 128 visible characters without spaces'

export const HostIdSchema = Type.String({ pattern: HOST_ID.source, description: A_HOST_ID })

const FIELDS = {
  phone: Type.Optional(
    Type.String({ description: 'a phone number of 5 to 15 digits, such as 09121234567 or +989121234567' }),
  ),
  name: Type.Optional(Type.String({ maxLength: 100 })),
  locale: Type.Optional(Type.Enum(['fa', 'en'])),
  developer: Type.Optional(Type.Boolean()),
  blacklisted: Type.Optional(Type.Boolean()),
  operator: Type.Optional(Type.Boolean()),
}

const UserFields = Type.Object(FIELDS)
const UserRows = Type.Object({
  users: Type.Array(Type.Object({ host_id: HostIdSchema, ...FIELDS }), { maxItems: MAX_BULK_ROWS }),
})

/** Body of `PUT /host/v1/users/{host_id}`: what is absent or null stays as it is; an empty phone is removed. */
export const userParser: Parser<Omit<UserUpsert, 'hostId'>> = normalizer(UserFields, (value, report) =>
  readFields(value, '', report),
)

/** Body of `POST /host/v1/users`: rows of the same fields with their `host_id`, each once. */
export const userRowsParser: Parser<UserUpsert[]> = normalizer(UserRows, (value, report) => {
  const rows = isJsonObject(value) && Array.isArray(value.users) ? value.users : []
  if (rows.length > MAX_BULK_ROWS) return []
  reportRepeated(rows, 'users', 'host_id', report)
  return rows.map((row: unknown, i) => ({
    hostId: isJsonObject(row) ? String(row.host_id) : '',
    ...readFields(row, `users[${i}].`, report),
  }))
})

function readFields(value: unknown, prefix: string, report: Report): Omit<UserUpsert, 'hostId'> {
  // Values of wrong types are the schema's to report.
  const { phone, ...fields } = (isJsonObject(value) ? value : {}) as Omit<UserUpsert, 'hostId'>
  const { name, locale, developer, blacklisted, operator } = fields
  return { phone: readPhone(phone, `${prefix}phone`, report), name, locale, developer, blacklisted, operator }
}

function readPhone(phone: unknown, field: string, report: Report): string | undefined {
  if (typeof phone !== 'string' || phone === '') return phone === '' ? '' : undefined
  const normal = normalPhone(phone)
  if (normal === null) {
    report(
      field,
      `is ${JSON.stringify(phone.slice(0, 40))}, but must be a phone number of 5 to 15 digits, such as 09121234567 or +989121234567`,
    )
  }
  return normal ?? undefined
}
