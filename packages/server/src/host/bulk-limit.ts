/** Room for 1,000 rows of about 4 KiB each; whoever's posts carry more data sends fewer at once. */
export const BULK_BODY_LIMIT_BYTES = 4 * 1024 * 1024
