import type { LimitWindow } from '../../api/operator/operator-shapes.ts'

const MOST = 1_000_000_000

const LATIN: Readonly<Record<string, string>> = Object.fromEntries(
  [...'۰۱۲۳۴۵۶۷۸۹'].flatMap((digit, i) => [
    [digit, String(i)],
    [String.fromCharCode(0x660 + i), String(i)],
  ]),
)

/**
 * What somebody typed for a limit, in Latin, Persian or Arabic digits.
 * @returns the number, null for nothing, which stands for the usual limit, undefined for what is none.
 */
export function limitTyped(text: string): number | null | undefined {
  const plain = text.replace(/[\s,٬]/g, '').replace(/[۰-۹٠-٩]/g, (digit) => LATIN[digit] ?? digit)
  if (plain === '') return null
  if (!/^\d{1,10}$/.test(plain)) return undefined
  const limit = Number(plain)
  return limit <= MOST ? limit : undefined
}

/** How a limit stands in its field: nothing for the usual one, 0 for none. */
export const typedOf = ({ is_default, limit }: Pick<LimitWindow, 'is_default' | 'limit'>): string =>
  is_default ? '' : String(limit ?? 0)
