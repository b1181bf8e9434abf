/** A fenced piece of a page, or of an `@example` in a source. */
export interface Snippet {
  file: string
  /** Of its first line of text, from 1. */
  line: number
  /** The fence's first word, such as `ts`; empty where it has none. */
  language: string
  /** The words behind it, such as `run`. */
  marks: readonly string[]
  text: string
}

const FENCE = /^(\s*)```(.*)$/

/** The fenced pieces of a Markdown page. */
export function findSnippets(file: string, page: string): Snippet[] {
  const found: Snippet[] = []
  let open: { indent: string; info: string; line: number; lines: string[] } | undefined
  for (const [i, line] of page.split('\n').entries()) {
    const fence = FENCE.exec(line)
    if (open === undefined) {
      if (fence) open = { indent: fence[1]!, info: fence[2]!.trim(), line: i + 2, lines: [] }
    } else if (fence && fence[2]!.trim() === '') {
      const [language = '', ...marks] = open.info.split(/\s+/)
      found.push({ file, line: open.line, language, marks, text: `${open.lines.join('\n')}\n` })
      open = undefined
    } else open.lines.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line.trimStart())
  }
  return found
}

const DOC_COMMENT = /\/\*\*[\s\S]*?\*\//g

/** The fenced pieces of a TypeScript source's doc comments. */
export function findExamples(file: string, source: string): Snippet[] {
  return [...source.matchAll(DOC_COMMENT)].flatMap((comment) => {
    const before = source.slice(0, comment.index).split('\n').length - 1
    const text = comment[0].replace(/^\s*\/?\*+\/? ?/gm, '')
    return findSnippets(file, text).map((snippet) => ({ ...snippet, line: snippet.line + before }))
  })
}
