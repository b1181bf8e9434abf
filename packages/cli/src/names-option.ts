import { wrongUse } from './command-error.ts'

/** A list as it is given on a command line: `a,b`, also in several words. */
export const nameList = (value: string, before: readonly string[] = []): string[] => [
  ...before,
  ...value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== ''),
]

/** @throws CommandError for what is no whole number in the range. */
export function wholeNumber(name: string, text: string, most: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN
  if (value <= most) return value
  throw wrongUse(`${name} is ${JSON.stringify(text)}, and has to be a whole number from 0 to ${most}`)
}
