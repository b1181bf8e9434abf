import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cliPage } from '../../scripts/gen-cli-docs.ts'

test('docs/cli-reference.md says what --help says; node scripts/gen-cli-docs.ts writes it', () => {
  expect(readFileSync(join(import.meta.dirname, '../../docs/cli-reference.md'), 'utf8')).toBe(cliPage())
})
