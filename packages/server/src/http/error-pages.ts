import {
  type CatalogueEntry,
  type NamedErrors,
  namedErrors,
  type Surface,
} from '@charsu/protocol/error-catalogue/catalogue'
import { CODES } from '../errors.ts'
import { ERROR_WORDS } from './error-words.ts'
import type { Locale } from './locale.ts'
import { isolated, type Markup, markup } from './markup.ts'
import { renderPage } from './page.ts'
import type { Reader } from './reader.ts'
import { type HttpAnswer, html } from './route.ts'

const page = (status: number, reader: Reader, title: string, body: Markup): HttpAnswer =>
  html(status, renderPage({ ...reader, title, body, wide: true }))

/** The catalogue speaks English to everybody. */
const english = (text: string): Markup => markup`<p class="english" lang="en" dir="ltr">${text}</p>`

const linkTo = ({ base }: Reader, name: string): Markup =>
  markup`<a href="${base}/errors/${encodeURIComponent(name)}"><code dir="ltr">${name}</code></a>`

/** All errors, by where they are met. */
export function errorListPage(reader: Reader): HttpAnswer {
  const words = ERROR_WORDS[reader.locale]
  const bySurface = new Map<Surface, NamedErrors[]>()
  for (const named of namedErrors()) {
    const { surface } = named.entries[0]
    bySurface.set(surface, [...(bySurface.get(surface) ?? []), named])
  }
  const lists = [...bySurface].map(
    ([surface, errors]) => markup`<h2>${words.surface[surface]}</h2>
<ul class="lines">${errors.map(({ name, entries }) => markup`<li>${linkTo(reader, name)}${english(entries[0].cause)}</li>`)}</ul>`,
  )
  return page(200, reader, words.title, markup`<h1>${words.title}</h1><p>${words.of}</p>${lists}`)
}

/** One error: what it means wherever it is met. */
export function errorEntryPage(reader: Reader, { name, entries }: NamedErrors): HttpAnswer {
  const { locale, base } = reader
  const words = ERROR_WORDS[locale]
  const body = markup`<h1 dir="ltr" lang="en">${name}</h1>
${entries.map((entry) => section(locale, entry))}
<p class="ways"><a class="button" href="${base}/errors">${words.all}</a></p>`
  return page(200, reader, name, body)
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
export function unknownErrorPage(reader: Reader, given: string, near: readonly string[]): HttpAnswer {
  const { locale, base } = reader
  const words = ERROR_WORDS[locale]
  const proposals =
    near.length === 0
      ? []
      : [
          markup`<p>${words.near}</p><ul class="lines">${near.map((name) => markup`<li>${linkTo(reader, name)}</li>`)}</ul>`,
        ]
  const body = markup`<h1>${words.unknown}</h1><p>${isolated(given)}</p>
${proposals}<p class="ways"><a class="button" href="${base}/errors">${words.all}</a></p>`
  return page(404, reader, words.unknown, body)
}
