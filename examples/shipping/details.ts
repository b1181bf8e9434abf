import type { Parcel } from './parcels.ts'

/** What the seller fills in. */
export type Details = Pick<Parcel, 'contents' | 'city' | 'weightGrams'>

/** What was written into the form's fields, also where it is wrong. */
export interface Written {
  contents: string
  city: string
  weight: string
}

export const NOTHING_WRITTEN: Written = { contents: '', city: '', weight: '' }

export type ReadDetails = { ok: true; details: Details } | { ok: false; written: Written; faults: string[] }

export function readDetails(body: string): ReadDetails {
  const form = new URLSearchParams(body)
  const field = (name: string): string => (form.get(name) ?? '').replace(/\p{Cc}+/gu, ' ').trim()
  const written = { contents: field('contents'), city: field('city'), weight: field('weight') }
  const weightGrams = readNumber(written.weight)
  const faults: string[] = []
  if (written.contents === '' || written.contents.length > 60) {
    faults.push('محتوای بسته را در ۱ تا ۶۰ نویسه بنویسید.')
  }
  if (written.city === '' || written.city.length > 40) faults.push('شهر مقصد را در ۱ تا ۴۰ نویسه بنویسید.')
  if (!(weightGrams >= 1 && weightGrams <= 30_000)) faults.push('وزن را به گرم بنویسید: عددی از ۱ تا ۳۰۰۰۰.')
  if (faults.length > 0) return { ok: false, written, faults }
  return { ok: true, details: { contents: written.contents, city: written.city, weightGrams } }
}

/** In Persian or Latin digits; NaN for anything else. */
function readNumber(text: string): number {
  const digits = text.replace(/[۰-۹]/g, (digit) => String('۰۱۲۳۴۵۶۷۸۹'.indexOf(digit)))
  return /^\d+$/.test(digits) ? Number(digits) : Number.NaN
}
