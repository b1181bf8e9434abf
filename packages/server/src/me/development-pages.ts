import { initialOf } from '../http/initial.ts'
import { isolated, type Markup, markup } from '../http/markup.ts'
import { type Locale, renderPage } from '../http/page.ts'
import type { Reader } from '../http/reader.ts'
import { type HttpAnswer, html } from '../http/route.ts'
import type { PersonToBe } from './development-store.ts'

const WORDS = {
  en: {
    loginTitle: 'Whom do you want to be?',
    loginHint: 'This is a development marketplace: anyone may be anybody.',
    nobody: 'There is nobody yet. Make people with the host API: POST /host/v1/users.',
    developer: 'app developer',
    operator: 'operator of the marketplace',
    blacklisted: 'blacklisted',
    owns: 'sells',
  },
  fa: {
    loginTitle: 'می‌خواهید چه کسی باشید؟',
    loginHint: 'این بازار برای توسعه است: هر کسی می‌تواند هر کسی باشد.',
    nobody: 'هنوز کسی نیست. با host API کاربر بسازید: POST /host/v1/users.',
    developer: 'توسعه‌دهندهٔ برنامه',
    operator: 'گردانندهٔ بازار',
    blacklisted: 'در فهرست سیاه',
    owns: 'فروشندهٔ',
  },
} as const satisfies Record<Locale, Record<string, string | readonly string[]>>

export interface LoginPage {
  reader: Reader
  people: readonly PersonToBe[]
  /** A checked path of this origin. */
  returnTo: string
}

/** Browsers hold redirects that follow a form to form-action, and the way on may lead through consent to an app. */
const ANYWHERE = ['http:', 'https:']

/** Whom to be; picking one begins a session. */
export function loginPage({ reader, people, returnTo }: LoginPage): HttpAnswer {
  const { locale, base } = reader
  const words = WORDS[locale]
  const buttons = people.map((person) => personButton(locale, person))
  const choice =
    people.length === 0
      ? markup`<p>${words.nobody}</p>`
      : markup`<form method="post" action="${base}/dev/login">
<input type="hidden" name="return_to" value="${returnTo}">${buttons}
</form>`
  const body = markup`<h1>${words.loginTitle}</h1><p class="soft">${words.loginHint}</p>${choice}`
  return html(200, renderPage({ ...reader, title: words.loginTitle, body }), ANYWHERE)
}

function personButton(locale: Locale, person: PersonToBe): Markup {
  const name = person.name || person.host_id
  return markup`
<button class="person" name="user" value="${person.host_id}"><span class="face" aria-hidden="true">${isolated(initialOf(name))}</span>
<span><strong>${isolated(name)}</strong>${traits(locale, person)}</span></button>`
}

function traits(locale: Locale, { developer, operator, blacklisted, posts }: PersonToBe): Markup {
  const words = WORDS[locale]
  const said = [
    ...(developer ? [markup`${words.developer}`] : []),
    ...(operator ? [markup`${words.operator}`] : []),
    ...(blacklisted ? [markup`${words.blacklisted}`] : []),
    ...posts.map((title) => markup`${words.owns} ${isolated(title)}`),
  ]
  return markup`${said.map((each) => markup`<small>${each}</small>`)}`
}
