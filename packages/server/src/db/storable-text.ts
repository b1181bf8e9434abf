/** Text as PostgreSQL can hold it: neither NUL nor lone surrogates, one of which would fail the whole statement. */
export const storableText = (text: string): string => text.replaceAll('\0', '\uFFFD').toWellFormed()
