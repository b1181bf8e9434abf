import { slugFault } from '@charsu/protocol/app-texts'

const LONGEST = 50

/** A name, such as a folder's or a package's, as an app's slug; undefined where nothing of it is left. */
export function slugOf(name: string): string | undefined {
  const slug = name
    .toLowerCase()
    .replace(/^@[^/]*\//, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, LONGEST)
    .replace(/-+$/, '')
  return slugFault(slug) === undefined ? slug : undefined
}
