import { StoryError } from './expect-that.ts'

/** A form as a browser would send it. */
export interface PageForm {
  method: string
  action: string
  /** What its hidden inputs hold. */
  fields: Record<string, string>
  buttons: { name: string; value: string; text: string }[]
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
}

const decoded = (text: string): string =>
  text.replace(/&(?:amp|lt|gt|quot|#39);/g, (name) => ENTITIES[name] ?? name)

/** The only form of a page. */
export function readForm(html: string): PageForm {
  const [, tag = '', inside] = /<form([^>]*)>([\s\S]*?)<\/form>/.exec(html) ?? []
  if (inside === undefined) throw new StoryError('the page has no form')
  const inputs = [...inside.matchAll(/<input([^>]*)>/g)].map(([, attributes = '']) => attributes)
  return {
    method: attribute(tag, 'method')?.toUpperCase() ?? 'GET',
    action: attribute(tag, 'action') ?? '',
    fields: Object.fromEntries(
      inputs.map((each) => [attribute(each, 'name') ?? '', attribute(each, 'value') ?? '']),
    ),
    buttons: [...inside.matchAll(/<button([^>]*)>([\s\S]*?)<\/button>/g)].map(
      ([, attributes = '', text = '']) => ({
        name: attribute(attributes, 'name') ?? '',
        value: attribute(attributes, 'value') ?? '',
        text: plain(text),
      }),
    ),
  }
}

export function readLink(html: string): string {
  const [, href] = /<a[^>]*\bhref="([^"]*)"/.exec(html) ?? []
  if (href === undefined) throw new StoryError('the page has no link')
  return decoded(href)
}

/** What stands in the page's list. */
export const readItems = (html: string): string[] =>
  [...html.matchAll(/<li>([\s\S]*?)<\/li>/g)].map(([, item = '']) => plain(item))

export const readTitle = (html: string): string => plain(/<title>([\s\S]*?)<\/title>/.exec(html)?.[1] ?? '')

/** Text without tags. */
export const plain = (html: string): string =>
  decoded(html.replace(/<[^>]*>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim()

function attribute(tag: string, name: string): string | undefined {
  const value = new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1]
  return value === undefined ? undefined : decoded(value)
}
