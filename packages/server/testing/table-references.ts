/** One place where a function's SQL reads or writes a table. */
export interface TableReference {
  table: string
  access: 'insert' | 'read' | 'update' | 'delete'
  /**
   * The columns by which its rows are reached: those that a condition which always holds compares with `=` or `in`. Of
   * an insert: those that it fills.
   */
  columns: string[]
}

interface Word {
  text: string
  /** Parentheses and CASE expressions around it. */
  depth: number
}

const VERBS: Readonly<Record<string, TableReference['access']>> = {
  from: 'read',
  join: 'read',
  update: 'update',
  into: 'insert',
}
/** Where a statement's condition ends, at the statement's own depth. */
const AFTER_CONDITION = /^(order|group|limit|offset|for|returning|window|union|loop|on|;)$/
/** Where a statement begins anew, at its own depth: what comes after is no condition of it. */
const BOUNDARY = /^(;|union|then|loop|begin|else)$/
const NO_ALIAS = /^(set|where|values|using|on|order|group|limit|offset|cross|left|join|overriding|;|\(|\)|,)$/

/**
 * Reads the references to `tables` out of SQL or PL/pgSQL. It knows the SQL that this project writes: names in lower
 * case, an alias for each table that is read, joins by LATERAL.
 */
export function tableReferences(source: string, tables: readonly string[]): TableReference[] {
  const words = wordsOf(source)
  return words.flatMap((word, at): TableReference[] => {
    const before = words[at - 1]?.text
    if (!tables.includes(word.text) || before === undefined || !(before in VERBS)) return []
    const deleting = before === 'from' && words[at - 2]?.text === 'delete'
    const access = deleting ? 'delete' : VERBS[before]!
    // `for update` and `do update` name no table; neither does `distinct from`.
    if (words[at - 2]?.text === 'distinct') return []
    if (access === 'insert') return [{ table: word.text, access, columns: filled(words, at + 1) }]
    const columns = reachedBy(conditionOf(words, at), aliasAt(words, at + 1) ?? word.text)
    return [{ table: word.text, access, columns }]
  })
}

function wordsOf(source: string): Word[] {
  const plain = source.replace(/--[^\n]*/g, ' ').replace(/'(?:[^']|'')*'/g, " '' ")
  /** What is open around a word. */
  const open: string[] = []
  return (plain.toLowerCase().match(/[a-z_][a-z0-9_.]*|\d+|''|[<>=!]+|::|[^\s]/g) ?? []).map((text) => {
    if (text === ')' || (text === 'end' && open.at(-1) === 'case')) open.pop()
    const word = { text, depth: open.length }
    if (text === '(' || text === 'case') open.push(text)
    return word
  })
}

function aliasAt(words: readonly Word[], at: number): string | undefined {
  const from = words[at]?.text === 'as' ? at + 1 : at
  const text = words[from]?.text
  return text === undefined || NO_ALIAS.test(text) ? undefined : text
}

/** The names in the list of columns after `insert into t`. */
function filled(words: readonly Word[], at: number): string[] {
  const from = words.findIndex(({ text }, i) => i >= at && text === '(')
  const to = words.findIndex(({ text, depth }, i) => i > from && text === ')' && depth === words[from]!.depth)
  return words.slice(from + 1, to).flatMap(({ text }) => (text === ',' ? [] : [text]))
}

/** The words of the `where` that belongs to the statement around a place. */
function conditionOf(words: readonly Word[], place: number): Word[] {
  const { depth } = words[place]!
  let from = place
  while (from < words.length && !(words[from]!.depth === depth && words[from]!.text === 'where')) {
    const { text, depth: here } = words[from]!
    if (here < depth || (from > place && here === depth && BOUNDARY.test(text))) return []
    from++
  }
  let to = from + 1
  while (to < words.length && words[to]!.depth >= depth) {
    if (words[to]!.depth === depth && AFTER_CONDITION.test(words[to]!.text)) break
    to++
  }
  return words.slice(from + 1, to)
}

function reachedBy(condition: readonly Word[], alias: string): string[] {
  const depth = Math.min(...condition.map((word) => word.depth))
  const top = (word: Word, text: string): boolean => word.depth === depth && word.text === text
  // One of several ways in is no way that always holds.
  if (condition.some((word) => top(word, 'or'))) return []
  const parts: string[][] = [[]]
  for (const word of condition) {
    if (top(word, 'and')) parts.push([])
    else parts.at(-1)!.push(word.text)
  }
  return parts.flatMap((part) => columnOf(part, `${alias}.`) ?? [])
}

/** The column that `alias.column = …` or `… = alias.column` pins down. */
function columnOf(part: readonly string[], prefix: string): string | undefined {
  const own = (text: string | undefined): string | undefined =>
    text?.startsWith(prefix) ? text.slice(prefix.length) : undefined
  if (part[1] === '=' || part[1] === 'in')
    return own(part[0]) ?? (part.length === 3 ? own(part[2]) : undefined)
  return part.at(-2) === '=' ? own(part.at(-1)) : undefined
}
