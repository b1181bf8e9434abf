import type { Import } from './import-rules.ts'

// Statements begin a line, as the formatter leaves them; so comments and most strings fall out by themselves.
// Where this reads too much it errs towards a complaint.
const STATIC = /^[ \t]*(?:import|export)\b(?:[^'"`;()]*?\bfrom)?\s*(['"])([^'"\n]+)\1/gm
const DYNAMIC = /\bimport\(\s*(['"])([^'"\n]+)\1/g

/** Every module that a TypeScript source names: imports, re-exports, `import(…)` in code and in types. */
export function findImports(source: string): Import[] {
  return [STATIC, DYNAMIC].flatMap((pattern) =>
    [...source.matchAll(pattern)].map((match) => ({
      line: lineOf(source, match.index + match[0].length),
      specifier: match[2]!,
    })),
  )
}

const lineOf = (source: string, offset: number): number => source.slice(0, offset).split('\n').length
