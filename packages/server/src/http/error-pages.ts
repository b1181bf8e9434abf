import {
  type CatalogueEntry,
  type NamedErrors,
  namedErrors,
  type Surface,
} from '@charsu/protocol/error-catalogue/catalogue'
import { CODES } from '../errors.ts'
import { ERROR_WORDS } from './error-words.ts'
import { isolated, type Markup, markup } from './markup.ts'
import { type Locale, renderPage } from './page.ts'
import { type HttpAnswer, html } from './route.ts'

const STYLE = `
main { max-width: 44rem }
h2 { margin: 1.25rem 0 .5rem; font-size: 1.05rem; line-height: 1.5 }
h3 { margin: .75rem 0 .15rem; font-size: .9rem; color: var(--soft) }
a { color: var(--accent) }
pre { margin: 0 0 .75rem; padding: .6rem .8rem; border-radius: .6rem; background: var(--ground); font-size: .85em;
  direction: ltr; text-align: left; white-space: pre-wrap; overflow-wrap: anywhere }
`

const page = (status: number, locale: Locale, title: string, body: Markup): HttpAnswer =>
  html(status, renderPage({ locale, title, body, style: STYLE }))

/** The catalogue speaks English to everybody. */
const english = (text: string): Markup => markup`<p class="english" lang="en" dir="ltr">${text}</p>`

const linkTo = (name: string): Markup =>
  markup`<a href="/errors/${encodeURIComponent(name)}"><code dir="ltr">${name}</code></a>`

/** All errors, by where they are met. */
export function errorListPage(locale: Locale): HttpAnswer {
  const words = ERROR_WORDS[locale]
  const bySurface = new Map<Surface, NamedErrors[]>()
  for (const named of namedErrors()) {
    const { surface } = named.entries[0]
    bySurface.set(surface, [...(bySurface.get(surface) ?? []), named])
  }
  const lists = [...bySurface].map(
    ([surface, errors]) => markup`<h2>${words.surface[surface]}</h2>
<ul>${errors.map(({ name, entries }) => markup`<li>${linkTo(name)}${english(entries[0].cause)}</li>`)}</ul>`,
  )
  return page(200, locale, words.title, markup`<h1>${words.title}</h1><p>${words.of}</p>${lists}`)
}

/** One error: what it means wherever it is met. */
export function errorEntryPage(locale: Locale, { name, entries }: NamedErrors): HttpAnswer {
  const words = ERROR_WORDS[locale]
  const body = markup`<h1 dir="ltr" lang="en">${name}</h1>
${entries.map((entry) => section(locale, entry))}
<p><a href="/errors">${words.all}</a></p>`
  return page(200, locale, name, body)
}

function section(locale: Locale, entry: CatalogueEntry): Markup {
  const words = ERROR_WORDS[locale]
  const example =
    entry.example === undefined
      ? []
      : [markup`<h3>${words.example}</h3><pre lang="en" dir="ltr"><code>${entry.example}</code></pre>`]
  return markup`<h2>${words.surface[entry.surface]}</h2>
<h3>${words.cause}</h3>${english(entry.cause)}
<h3>${words.fix}</h3>${english(entry.fix)}
${example}<p class="soft">${words.who}: ${words.audience[entry.audience]}${statusOf(locale, entry)}</p>`
}

function statusOf(locale: Locale, { code, http }: CatalogueEntry): Markup {
  if (http === null) return markup``
  const named = code === null ? String(http) : `${http}, ${CODES[code].code} ${code}`
  return markup`<br>${ERROR_WORDS[locale].status}: <bdi dir="ltr">${named}</bdi>`
}

/** For a name that is none; `near` are those that may have been meant. */
export function unknownErrorPage(locale: Locale, given: string, near: readonly string[]): HttpAnswer {
  const words = ERROR_WORDS[locale]
  const proposals =
    near.length === 0
      ? []
      : [markup`<p>${words.near}</p><ul>${near.map((name) => markup`<li>${linkTo(name)}</li>`)}</ul>`]
  const body = markup`<h1>${words.unknown}</h1><p>${isolated(given)}</p>
${proposals}<p><a href="/errors">${words.all}</a></p>`
  return page(404, locale, words.unknown, body)
}
