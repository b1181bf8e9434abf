const IRAN = '98'
/** An Iranian number without its trunk zero, whose first digit is never zero. */
const NATIONAL = /^[1-9][0-9]{9}$/

/**
 * All forms in which a number may be kept that `normalPhone` has read: Iranian numbers are written with or without
 * their zero, +98, 98 or 0098; others with +, 00 or neither.
 */
export function samePhones(phone: string): string[] {
  const digits = phone.replace(/^\+|^00/, '')
  const isForeign = digits.length < phone.length && !digits.startsWith(IRAN)
  const national = isForeign ? undefined : nationalNumber(digits)
  const international = national === undefined ? digits : `${IRAN}${national}`
  const forms = [`+${international}`, international, `00${international}`]
  return national === undefined ? forms : [...forms, `0${national}`, national]
}

/** Undefined for what is no Iranian number. */
function nationalNumber(digits: string): string | undefined {
  const candidates = [digits, digits.replace(/^0/, ''), digits.replace(/^980?/, '')]
  return candidates.find((candidate) => NATIONAL.test(candidate))
}
