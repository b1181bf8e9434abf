/** Some fields of an object. */
export const pick = (value: unknown, names: readonly string[]): unknown =>
  Object.fromEntries(Object.entries(value as object).filter(([name]) => names.includes(name)))

/** What is neither null nor false: such fields tell nothing in a list. */
export const telling = (value: unknown): unknown =>
  Object.fromEntries(
    Object.entries(value as object).filter(([, member]) => member !== null && member !== false),
  )
