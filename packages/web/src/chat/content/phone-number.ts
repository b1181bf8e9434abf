import { latinDigits } from '../attach/latin-digits.ts'

/** The address that dials a number, in whatever digits it was written. */
export const dialLink = (phone: string): string =>
  `tel:${latinDigits(phone.normalize('NFKC')).replace(/[^\d+]/g, '')}`
