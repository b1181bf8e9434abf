const WITH_COUNTRY = /^(?:\+|00)/
/** An Iranian number behind its country's code, maybe with the zero of calls within the country. */
const FROM_ABROAD = /^980?([1-9][0-9]{9})$/
const WITHIN_IRAN = /^0?([1-9][0-9]{9})$/

/**
 * All forms in which the host may have given a number that `normalPhone` has read, this one included: Iranian numbers
 * are written with or without their zero, with +98, 98 or 0098; those of other countries with +, 00 or neither.
 */
export function samePhones(phone: string): string[] {
  const digits = phone.replace(WITH_COUNTRY, '')
  const national =
    FROM_ABROAD.exec(digits)?.[1] ?? (digits === phone ? WITHIN_IRAN.exec(digits)?.[1] : undefined)
  const international = national === undefined ? digits : `98${national}`
  const forms = [phone, `+${international}`, international, `00${international}`]
  return [...new Set(national === undefined ? forms : [...forms, `0${national}`, national])]
}
