import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'

/** The Markdown pages of a checkout, without what is installed or made in it. */
export function pagesOf(checkout: string): string[] {
  return readdirSync(checkout, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
    .map((entry) => relative(checkout, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
    .filter((page) => !/(^|\/)(node_modules|dist|\.[^/]+)\//.test(page))
    .sort()
}

/** Relative links of `page` that lead nowhere, as `page: link`: the file is missing, or has no such heading. */
export function deadLinks(checkout: string, page: string): string[] {
  return linksIn(prose(readFileSync(join(checkout, page), 'utf8')))
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => !leadsSomewhere(checkout, page, link))
    .map((link) => `${page}: ${link}`)
}

const linksIn = (text: string): string[] => [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!)

function leadsSomewhere(checkout: string, page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#')
  const target = path === '' ? join(checkout, page) : join(checkout, dirname(page), decodeURI(path))
  if (!existsSync(target)) return false
  if (anchor === undefined) return true
  return statSync(target).isFile() && anchorsOf(readFileSync(target, 'utf8')).has(decodeURI(anchor))
}

/** How GitHub names headings. */
function anchorsOf(text: string): Set<string> {
  const found = new Set<string>([...text.matchAll(/ (?:id|name)="([^"]+)"/g)].map(([, name]) => name!))
  const seen = new Map<string, number>()
  for (const [, heading] of prose(text, /`/g).matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const name = heading!
      .replace(/\]\([^)]*\)/g, '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
      .replaceAll(' ', '-')
    const before = seen.get(name) ?? 0
    seen.set(name, before + 1)
    found.add(before === 0 ? name : `${name}-${before}`)
  }
  return found
}

/** A page without its fenced pieces, and without its code: brackets in it are no links. */
const prose = (page: string, code: RegExp = /`[^`\n]*`/g): string =>
  page.replace(/^( *)(```+)[\s\S]*?^\1\2\s*$/gm, '').replace(code, '')
