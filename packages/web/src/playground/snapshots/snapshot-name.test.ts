import fc from 'fast-check'
import { expect, test } from 'vitest'
import { snapshotName } from './snapshot-name.ts'

test('a file keeps its name, without its ending and what browsers add to it', () => {
  expect(snapshotName('before-the-visit.charsu-snapshot')).toBe('before-the-visit')
  expect(snapshotName('Bug 42 (1).charsu-snapshot')).toBe('bug-42')
  expect(snapshotName('عکس.charsu-snapshot')).toBe('snapshot-')
})

test('whatever a file is called, its name can be a snapshot’s', () => {
  fc.assert(
    fc.property(fc.string(), (name) => {
      expect(snapshotName(name)).toMatch(/^[a-z0-9][a-z0-9._-]{0,63}$/)
    }),
  )
})
