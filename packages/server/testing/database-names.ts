/** The migrated database that test databases are cloned from. */
export const TEMPLATE = 'charsu_template'

/** The same server and user, another database. */
export function urlOfDatabase(url: string, database: string): string {
  const other = new URL(url)
  other.pathname = `/${database}`
  return other.href
}
