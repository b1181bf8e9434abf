const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** HTML that is known to be safe, because only {@link markup} makes it. */
export class Markup {
  readonly #html: string

  constructor(html: string) {
    this.#html = html
  }

  toString(): string {
    return this.#html
  }
}

type Part = string | Markup | readonly (string | Markup)[]

/** A template whose values are escaped, unless they are markup themselves: ``markup`<p>${text}</p>` ``. */
export function markup(texts: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(String.raw({ raw: texts }, ...parts.map(toHtml)))
}

const toHtml = (part: Part): string => {
  if (part instanceof Markup) return part.toString()
  if (typeof part === 'string') return part.replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign)
  return part.map(toHtml).join('')
}

/** A name that somebody chose: escaped, and kept from reordering the text around it (RTL overrides end with it). */
export const isolated = (name: string): Markup => markup`<bdi>${name}</bdi>`
