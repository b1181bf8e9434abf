import { expect, test } from 'vitest'
import type { StoredPostState } from './post-states.ts'
import { postUpdateType } from './post-update-type.ts'

const AFTER = ['PUBLISHED', 'REVIEW_REQ', 'PAYMENT_REQ', 'RETIRED', 'ARCHIVED'] as const

/** What is told of a post that was in the state on the left and is in the state above. */
const TABLE: readonly [before: StoredPostState | null, told: readonly (string | null)[]][] = [
  //             PUBLISHED  REVIEW_REQ PAYMENT_REQ RETIRED   ARCHIVED
  [null, ['PUBLISH', 'ONGOING', 'ONGOING', null, null]],
  ['PUBLISHED', ['PUBLISH', 'ONGOING', 'ONGOING', 'RETIRE', 'RETIRE']],
  ['REVIEW_REQ', ['PUBLISH', 'ONGOING', 'ONGOING', 'RETIRE', 'ARCHIVE']],
  ['PAYMENT_REQ', ['PUBLISH', 'ONGOING', 'ONGOING', 'RETIRE', 'ARCHIVE']],
  ['RETIRED', ['PUBLISH', 'ONGOING', 'ONGOING', null, 'ARCHIVE']],
  ['ARCHIVED', ['PUBLISH', 'ONGOING', 'ONGOING', null, null]],
]

test.each(TABLE)('§5: what is told of a post that was %s', (before, told) => {
  expect(AFTER.map((after) => postUpdateType(before, after))).toEqual(told)
})
