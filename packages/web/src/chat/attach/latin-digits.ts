const ARABIC_ZERO = 0x0660
const PERSIAN_ZERO = 0x06f0

/** Persian and Arabic digits as Latin ones; the rest as it was. */
export const latinDigits = (text: string): string =>
  text.replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => {
    const code = digit.charCodeAt(0)
    return String(code - (code >= PERSIAN_ZERO ? PERSIAN_ZERO : ARABIC_ZERO))
  })
