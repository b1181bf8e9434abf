const SECRETS = /\b(ck|ca|cr|cc|cs|cl|cx)_([\w-]{4})[\w-]{12,}|\bwhsec_([\w+/]{4})[\w+/=]{12,}/g
const PLAN_TICKET = /(\/plan\/[\w-]{4})[\w-]{12,}/g
const STATE = /([?&](?:state|ticket)=[\w-]{4})[\w.-]{12,}/g
const SECRET_FIELDS: ReadonlySet<string> = new Set(['identification_key', 'ticket'])
const SHOWN = 4

/** Enough of each secret to recognise it by; the prefixes tell what it is. */
export const shortenSecrets = (text: string): string =>
  text
    .replace(SECRETS, (_all, prefix: string | undefined, start: string, webhook: string) =>
      prefix === undefined ? `whsec_${webhook}…` : `${prefix}_${start}…`,
    )
    .replace(PLAN_TICKET, '$1…')
    .replace(STATE, '$1…')

/** The same in every text of a JSON value. */
export function shortenAll(value: unknown): unknown {
  if (typeof value === 'string') return shortenSecrets(value)
  if (Array.isArray(value)) return value.map(shortenAll)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      SECRET_FIELDS.has(name) && typeof member === 'string' && member.length > SHOWN
        ? `${member.slice(0, SHOWN)}…`
        : shortenAll(member),
    ]),
  )
}
