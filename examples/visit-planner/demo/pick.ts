/** Some fields of an object. */
export const pick = (value: unknown, names: readonly string[]): unknown =>
  Object.fromEntries(Object.entries(value as object).filter(([name]) => names.includes(name)))
