/** Unicode code points (docs/user-api.md). */
export const LONGEST_TEXT = 4096

export const textLength = (text: string): number => [...text].length

const INVISIBLE = /^[\p{Default_Ignorable_Code_Point}\p{Cf}\s]*$/u

/** The text as it is to be sent: without empty lines around it; null when there is nothing to see, or too much. */
export function readyToSend(text: string): string | null {
  const bare = text.trim()
  return INVISIBLE.test(bare) || textLength(bare) > LONGEST_TEXT ? null : bare
}
