const MOST_CHARACTERS = 120
const MOST_EXTENSION = 10

/**
 * A file's name as it may be shown and saved: the last part of whatever path came along, without control and
 * direction-changing characters (Persian's joiners stay), shortened, and ending in the extension of what the content is. So `photo.pdf.exe` that holds a PDF is kept as `photo.pdf.exe.pdf`.
 * @param extension without a dot.
 */
export function safeFileName(given: string | undefined, extension: string): string {
  const last = (given ?? '').normalize('NFC').split(/[/\\]/).at(-1) ?? ''
  const plain = last
    .replace(/[\p{Cc}\p{Cs}\p{Cn}\p{Co}\u2028\u2029[\p{Cf}--[\u200c\u200d]]]/gv, '')
    .replace(/[<>:"|?*]/g, '_')
    .replace(/\s+/g, ' ')
    .replace(/^[. ]+|[. ]+$/g, '')
  const stem = plain.toLowerCase().endsWith(`.${extension}`) ? plain.slice(0, -extension.length - 1) : plain
  const short = [...stem]
    .slice(0, MOST_CHARACTERS - MOST_EXTENSION)
    .join('')
    .replace(/[. ]+$/, '')
  return `${short || 'file'}.${extension}`
}
