import { hash } from 'node:crypto'

const LENGTH = 16

/** The header by which a page says whose page it is. */
export const PERSON_MARK = 'charsu-person'

/**
 * By what pages know a person apart from another, and nothing else of them. A browser has one session for all its
 * pages: those that were opened before somebody else logged in must not act as that one.
 */
export const personMark = (userId: string): string => hash('sha256', userId, 'base64url').slice(0, LENGTH)
