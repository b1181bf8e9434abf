const GAP = 2

/** Letters as a terminal shows them: an Arabic letter with its marks is one. */
export const widthOf = (text: string): number => [...new Intl.Segmenter().segment(text)].length

/** `text` filled up with blanks to `width`. */
export const padded = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - widthOf(text)))

/** Columns side by side, each as wide as its widest cell, as lines without a newline. */
export function table(rows: readonly (readonly string[])[], indent = '  '): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => widthOf(row[column] ?? ''))),
  )
  return rows.map((row) =>
    `${indent}${row.map((cell, i) => padded(cell, i === row.length - 1 ? 0 : (widths[i] ?? 0) + GAP)).join('')}`.trimEnd(),
  )
}
