import { invalidArgument, Refusal } from './refusal.ts'
import type { User, World } from './world.ts'

const PHONE = /^\+?[0-9]{5,15}$/

/** The person with this number, in any usual form (wire contract §8). @throws Refusal 400 no number, 404 nobody. */
export function findUserByPhone(world: World, text: string): User {
  const phone = normalPhone(text)
  if (phone === null) {
    const description = 'must be a phone number of 5 to 15 digits, such as 09121234567 or +989121234567'
    throw invalidArgument([{ field: 'phone', description }])
  }
  for (const user of world.users.values()) {
    const known = user.phone === undefined ? null : normalPhone(user.phone)
    if (known !== null && international(known) === international(phone)) return user
  }
  throw new Refusal(
    'NOT_FOUND',
    'there is no user with this phone number: check it, or ask the user for consent to USER_ID, which gives their id without their number',
    { reason: 'USER_UNKNOWN' },
  )
}

/** ASCII digits with an optional plus sign, or null. */
function normalPhone(text: string): string | null {
  const phone = text
    .replace(/[\s().-]/g, '')
    .replace(/[۰-۹٠-٩]/g, (digit) => String(digit.charCodeAt(0) & 0xf))
  return PHONE.test(phone) ? phone : null
}

/** Digits with the country's code: Iranian numbers are written with or without theirs. */
function international(phone: string): string {
  const digits = phone.replace(/^(?:\+|00)/, '')
  const national =
    /^980?([1-9][0-9]{9})$/.exec(digits)?.[1] ??
    (digits === phone ? /^0?([1-9][0-9]{9})$/.exec(digits)?.[1] : undefined)
  return national === undefined ? digits : `98${national}`
}
