import { expect, test } from 'vitest'
import { findExamples, findSnippets } from './find-snippets.ts'

test('a page’s fenced pieces are found with their line, language and marks', () => {
  const page =
    '# A\n\n```ts run\nconst a = 1\n```\n\n- list\n  ```json\n  {"a":\n    1}\n  ```\n\n```\nplain\n```\n'
  expect(findSnippets('a.md', page)).toEqual([
    { file: 'a.md', line: 4, language: 'ts', marks: ['run'], text: 'const a = 1\n' },
    { file: 'a.md', line: 9, language: 'json', marks: [], text: '{"a":\n  1}\n' },
    { file: 'a.md', line: 14, language: '', marks: [], text: 'plain\n' },
  ])
})

test('examples in doc comments are found with the line they have in the source', () => {
  const source =
    'const x = 1\n\n/**\n * Says.\n * @example\n * ```ts\n * say()\n *   now()\n * ```\n */\nexport const y = 2\n'
  expect(findExamples('a.ts', source)).toEqual([
    { file: 'a.ts', line: 7, language: 'ts', marks: [], text: 'say()\n  now()\n' },
  ])
})
