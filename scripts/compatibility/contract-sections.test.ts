import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { contractSections, sectionsNamed, sectionTitles, testsOfSections } from './contract-sections.ts'

const ROOT = join(import.meta.dirname, '../..')
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')
const FILES = globSync('{packages,e2e}/**/*.test.ts', { cwd: ROOT, exclude: ['**/node_modules/**'] })

describe('every section of the wire contract has tests that are named after it', () => {
  const sections = contractSections(read('docs/wire-contract.md'))
  const tests = testsOfSections(FILES.map((file) => ({ file, text: read(file) })))

  test.each(Array.from({ length: 13 }, (_, section) => section))('§%i', (section) => {
    expect(sections.has(section), 'docs/wire-contract.md has this section').toBe(true)
    expect(tests.get(section)?.map(({ file }) => file) ?? []).not.toEqual([])
  })

  test('and no title names a section that is not there', () => {
    const unknown = [...tests].filter(([section]) => !sections.has(section)).flatMap(([, found]) => found)
    expect(unknown).toEqual([])
  })
})

describe('titles are found', () => {
  it.each<[string, string[]]>([
    ["describe('§7 the older exchange', () => {", ['§7 the older exchange']],
    ['describe("§4: the older subscription\'s payload", f)', ["§4: the older subscription's payload"]],
    ["it.each(ROWS)(\n  '§2 %s', f)", ['§2 %s']],
    ["test.each([\n  ['a', 1],\n])('§10 media: %s', f)", ['§10 media: %s']],
    ['describe(`wire contract §3 and §5, at once`, f)', ['wire contract §3 and §5, at once']],
    ["describe('without a section', () => {", []],
    ["// as §2 has it\nexpect(x).toBe('§9')", []],
  ])('in %s', (text, titles) => {
    expect(sectionTitles(text)).toEqual(titles)
  })

  it('with each section they name', () => {
    expect(sectionsNamed('§3 and §12 an app')).toEqual([3, 12])
  })

  it('by section and file', () => {
    const files = [
      { file: 'a', text: "describe('§1 x', f)\ndescribe('§1 and §2 y', f)" },
      { file: 'b', text: "test('§2 z', f)" },
    ]
    expect([...testsOfSections(files)]).toEqual([
      [1, [{ file: 'a', titles: ['§1 x', '§1 and §2 y'] }]],
      [
        2,
        [
          { file: 'a', titles: ['§1 and §2 y'] },
          { file: 'b', titles: ['§2 z'] },
        ],
      ],
    ])
  })
})

it('sections are read from the headings', () => {
  const page = '# The contract\n\n## 0. Common to all\ntext\n### 1. no\n## 12. Limits\n## Not served yet\n'
  expect([...contractSections(page)]).toEqual([
    [0, 'Common to all'],
    [12, 'Limits'],
  ])
})
