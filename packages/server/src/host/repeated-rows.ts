import { isJsonObject } from '@charsu/protocol/json-object'
import type { Report } from '@charsu/protocol/parse'

/** Reports each row of a bulk call whose key came before: which of the two was meant to win cannot be known. */
export function reportRepeated(rows: readonly unknown[], list: string, key: string, report: Report): void {
  const first = new Map<unknown, number>()
  for (const [i, row] of rows.entries()) {
    const value = isJsonObject(row) ? row[key] : undefined
    if (typeof value !== 'string') continue
    const before = first.get(value)
    if (before === undefined) first.set(value, i)
    else {
      report(
        `${list}[${i}].${key}`,
        `is ${JSON.stringify(value.slice(0, 128))}, which ${list}[${before}] has too; send each once`,
      )
    }
  }
}
