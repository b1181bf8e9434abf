const NAME = /^[A-Za-z_$][\w$]*$/
const STEP = '  '

/** JSON's value as TypeScript writes it, which means the very same. */
export function codeOf(value: unknown, indent = ''): string {
  const inner = indent + STEP
  if (typeof value === 'string') return textCode(value)
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]'
    return `[\n${value.map((each) => `${inner}${codeOf(each, inner)},\n`).join('')}${indent}]`
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value)
  if (entries.length === 0) return '{}'
  const lines = entries.map(([name, each]) => `${inner}${keyCode(name)}: ${codeOf(each, inner)},\n`)
  return `{\n${lines.join('')}${indent}}`
}

/** `__proto__` in a literal would be the object's prototype. */
const keyCode = (name: string): string =>
  name === '__proto__' ? `['__proto__']` : NAME.test(name) ? name : textCode(name)

export const textCode = (text: string): string => {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")
  return `'${inner}'`
}
