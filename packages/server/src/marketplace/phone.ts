const PHONE = /^\+?[0-9]{5,15}$/
const PERSIAN_ZERO = 0x6f0
const ARABIC_ZERO = 0x660

/**
 * A phone number in the form in which it is kept: ASCII digits with an optional plus sign, without spaces, hyphens,
 * dots and brackets; Persian and Arabic digits are read. Null when that leaves no number of 5 to 15 digits.
 */
export function normalPhone(text: string): string | null {
  const phone = text.replace(/[\s().-]/g, '').replace(/[۰-۹]|[٠-٩]/g, asciiDigit)
  return PHONE.test(phone) ? phone : null
}

function asciiDigit(digit: string): string {
  const code = digit.charCodeAt(0)
  return String(code - (code >= PERSIAN_ZERO ? PERSIAN_ZERO : ARABIC_ZERO))
}
