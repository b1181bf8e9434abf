const WIDTH = 128
const LONGEST_TEXT = 300

/** JSON for reading: whatever fits on a line stays on one. Long texts are cut. */
export function compactJson(value: unknown, indent = ''): string {
  const line = oneLine(value)
  if (indent.length + line.length <= WIDTH || typeof value !== 'object' || value === null) return line
  const inner = `${indent}  `
  const isArray = Array.isArray(value)
  const parts = isArray
    ? value.map((member) => inner + compactJson(member, inner))
    : Object.entries(value)
        .filter(([, member]) => member !== undefined)
        .map(([name, member]) => `${inner}${JSON.stringify(name)}: ${compactJson(member, inner)}`)
  return `${isArray ? '[' : '{'}\n${parts.join(',\n')}\n${indent}${isArray ? ']' : '}'}`
}

function oneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined)
    return `{${members.map(([name, member]) => `${JSON.stringify(name)}: ${oneLine(member)}`).join(', ')}}`
  }
  return typeof value === 'string' && value.length > LONGEST_TEXT
    ? JSON.stringify(`${value.slice(0, LONGEST_TEXT)}…`)
    : String(JSON.stringify(value))
}
