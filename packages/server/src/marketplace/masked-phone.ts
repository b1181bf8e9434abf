/** Digits stay at the front, for the operator or city, and at the end, to tell two numbers apart; the others go. */
const SHOWN_AT_FRONT = 4
const SHOWN_AT_END = 2
/** A number so short that nothing of it could stay hidden is hidden whole. */
const SHORTEST_SHOWN = 9

/** One digit as texts and JSON write it; Python and PHP escape Persian and Arabic digits in JSON. */
const DIGIT = String.raw`(?:[0-9۰-۹٠-٩]|\\u06[fF][0-9]|\\u066[0-9])`
const ONE_OF = (ascii: string): string =>
  `(?:${[...ascii]
    .map((digit) => {
      const value = Number(digit)
      const [persian, arabic] = [0x6f0 + value, 0x660 + value]
      return String.raw`${digit}|${String.fromCharCode(persian)}|${String.fromCharCode(arabic)}|\\u06[fF]${value}|\\u066${value}`
    })
    .join('|')})`
/** Between digits: spaces, hyphens, dots, brackets, and the marks that keep a number's direction. */
const GAP = String.raw`[\s\u00a0\u200c\u200e\u200f\u2010-\u2015().\-/]{0,3}`
const digits = (from: number, to: number): string => `(?:${GAP}${DIGIT}){${from},${to}}`

const PLUS = String.raw`(?:\+|\uff0b|%2[bB])`
/** +98, 0098 or 98, or the 0 of numbers within the country. */
const COUNTRY = `(?:${PLUS}${GAP}|${ONE_OF('0')}${GAP}${ONE_OF('0')}${GAP})?${ONE_OF('9')}${GAP}${ONE_OF('8')}${GAP}`
/** 09… without or with its 0 or country: nine digits follow. */
const MOBILE = `(?:${COUNTRY}|${ONE_OF('0')}${GAP})?${ONE_OF('9')}${GAP}${ONE_OF('012349')}${digits(8, 8)}`
/** Such as 021 8888 7777. */
const LANDLINE = `(?:${COUNTRY}|${ONE_OF('0')}${GAP})${ONE_OF('12345678')}${digits(9, 9)}`
/** Any country's, by its plus. */
const INTERNATIONAL = `${PLUS}${digits(8, 15)}`

const UUID = '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}'
const PHONES = new RegExp(`${UUID}|(?<!${DIGIT})(?:${INTERNATIONAL}|${MOBILE}|${LANDLINE})(?!${DIGIT})`, 'g')
const IS_UUID = new RegExp(`^${UUID}$`)
/** An encoded plus holds a digit that is none of the number's. */
const EACH_DIGIT = new RegExp(`(?<!%)${DIGIT}`, 'g')

/** A text that is known to be a phone number, such as 0912*****67; whatever is no digit stays. */
export function maskedPhone(phone: string): string {
  const count = phone.match(EACH_DIGIT)?.length ?? 0
  const front = count < SHORTEST_SHOWN ? 0 : SHOWN_AT_FRONT
  const end = count < SHORTEST_SHOWN ? 0 : SHOWN_AT_END
  let place = 0
  return phone.replace(EACH_DIGIT, (digit) => {
    place++
    return place <= front || place > count - end ? digit : '*'
  })
}

/**
 * A text with the phone numbers in it masked: Iranian ones in every spelling, with Latin, Persian or Arabic digits, and
 * others that begin with a plus. Ids and times that hold as many digits are left as they are.
 */
export function withMaskedPhones(text: string): string {
  const masked = text.replace(PHONES, (found) => (IS_UUID.test(found) ? found : maskedPhone(found)))
  // What stood beside a number without anything between them may be one itself.
  return masked === text ? text : withMaskedPhones(masked)
}

/** Fields whose whole value is a phone number, whatever it looks like. */
const PHONE_FIELD = /^(phone|mobile|tel|telephone|cell)(_?numbers?)?$|^phone_?numbers?$/i

/** A JSON value with the phone numbers in its texts masked; what stands under `phone` and the like is one. */
export function withMaskedPhonesIn(value: unknown, isPhone = false): unknown {
  if (typeof value === 'string') return isPhone ? maskedPhone(value) : withMaskedPhones(value)
  if (typeof value === 'number') return isPhone ? maskedPhone(String(value)) : value
  if (Array.isArray(value)) return value.map((each) => withMaskedPhonesIn(each, isPhone))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      withMaskedPhones(name),
      withMaskedPhonesIn(each, PHONE_FIELD.test(name)),
    ]),
  )
}

/**
 * A body, as text, with the phone numbers in it masked. What is JSON is read as such, so that what stands under
 * `phone` is found; where nothing is to be masked it stays byte for byte.
 */
export function bodyWithMaskedPhones(body: string): string {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    return withMaskedPhones(body)
  }
  const masked = JSON.stringify(withMaskedPhonesIn(value))
  return masked === JSON.stringify(value) ? withMaskedPhones(body) : masked
}
