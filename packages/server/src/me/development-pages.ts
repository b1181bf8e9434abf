import { isolated, type Markup, markup } from '../http/markup.ts'
import { type Locale, renderPage } from '../http/page.ts'
import { type HttpAnswer, html } from '../http/route.ts'
import type { PersonToBe } from './development-store.ts'

const WORDS = {
  en: {
    loginTitle: 'Whom do you want to be?',
    loginHint: 'This is a development marketplace: anyone may be anybody.',
    nobody: 'There is nobody yet. Make people with the host API: POST /host/v1/users.',
    developer: 'app developer',
    blacklisted: 'blacklisted',
    owns: 'sells',
    frontTitle: 'Charsu, the development marketplace',
    frontHint: 'Apps join the chats between buyers and sellers. Everything runs on this machine.',
    you: ['You are ', '.'],
    stranger: 'You are nobody yet: choose below.',
    see: 'What there is',
    docs: 'API reference',
    conversations: 'your conversations',
    notices: 'your notices',
    grants: 'apps you have allowed',
    apps: 'your apps',
    app: 'The demo app',
    appHint: 'Start it as npm start told you; then, as the seller, connect it to a post:',
  },
  fa: {
    loginTitle: 'می‌خواهید چه کسی باشید؟',
    loginHint: 'این بازار برای توسعه است: هر کسی می‌تواند هر کسی باشد.',
    nobody: 'هنوز کسی نیست. با host API کاربر بسازید: POST /host/v1/users.',
    developer: 'توسعه‌دهندهٔ برنامه',
    blacklisted: 'در فهرست سیاه',
    owns: 'فروشندهٔ',
    frontTitle: 'چارسو، بازار توسعه',
    frontHint: 'برنامه‌ها در گفتگوی خریدار و فروشنده همراه می‌شوند. همه‌چیز روی همین دستگاه است.',
    you: ['شما ', ' هستید.'],
    stranger: 'هنوز کسی نیستید: از پایین برگزینید.',
    see: 'چه چیزهایی هست',
    docs: 'مرجع API',
    conversations: 'گفتگوهای شما',
    notices: 'اعلان‌های شما',
    grants: 'برنامه‌هایی که اجازه داده‌اید',
    apps: 'برنامه‌های شما',
    app: 'برنامهٔ نمونه',
    appHint: 'همان‌گونه که npm start گفت آن را راه بیندازید؛ سپس در نقش فروشنده به یک آگهی وصلش کنید:',
  },
} as const satisfies Record<Locale, Record<string, string | readonly string[]>>

export interface LoginPage {
  locale: Locale
  people: readonly PersonToBe[]
  /** A checked path of this origin. */
  returnTo: string
}

/** Browsers hold redirects that follow a form to form-action, and the way on may lead through consent to an app. */
const ANYWHERE = ['http:', 'https:']

/** Whom to be; picking one begins a session. */
export function loginPage({ locale, people, returnTo }: LoginPage): HttpAnswer {
  const words = WORDS[locale]
  const body = markup`<h1>${words.loginTitle}</h1><p class="soft">${words.loginHint}</p>${peopleForm({ locale, people, returnTo })}`
  return html(200, renderPage({ locale, title: words.loginTitle, body }), ANYWHERE)
}

export interface FrontPage {
  locale: Locale
  people: readonly PersonToBe[]
  /** Null before anybody was picked. */
  user: { name: string; developer: boolean } | null
  /** Where the demo app connects to a post. */
  connectUrl: string
}

/** What runs here. */
export function frontPage({ locale, people, user, connectUrl }: FrontPage): HttpAnswer {
  const words = WORDS[locale]
  const links: [path: string, text: string][] = [['/docs/', words.docs]]
  if (user) {
    links.push(
      ['/me/v1/conversations', words.conversations],
      ['/me/v1/notices', words.notices],
      ['/me/v1/grants', words.grants],
    )
  }
  if (user?.developer) links.push(['/console/v1/apps', words.apps])
  const body = markup`
<h1>${words.frontTitle}</h1>
<p class="soft">${words.frontHint}</p>
<p>${user ? markup`${words.you[0]}<strong>${isolated(user.name)}</strong>${words.you[1]}` : words.stranger}</p>
${peopleForm({ locale, people, returnTo: '/' })}
<p>${words.see}</p>
<ul>${links.map(([path, text]) => markup`<li><a href="${path}">${text}</a></li>`)}</ul>
<p>${words.app}</p>
<p class="soft">${words.appHint}<br><a href="${connectUrl}"><bdi dir="ltr">${connectUrl}</bdi></a></p>`
  return html(200, renderPage({ locale, title: words.frontTitle, body }))
}

function peopleForm({ locale, people, returnTo }: LoginPage): Markup {
  const words = WORDS[locale]
  if (people.length === 0) return markup`<p>${words.nobody}</p>`
  return markup`<form method="post" action="/dev/login">
<input type="hidden" name="return_to" value="${returnTo}">${people.map(
    (person) => markup`
<button name="user" value="${person.host_id}">${isolated(person.name || person.host_id)}${traits(locale, person)}</button>`,
  )}
</form>`
}

function traits(locale: Locale, { developer, blacklisted, posts }: PersonToBe): Markup {
  const words = WORDS[locale]
  const said = [
    ...(developer ? [markup`${words.developer}`] : []),
    ...(blacklisted ? [markup`${words.blacklisted}`] : []),
    ...posts.map((title) => markup`${words.owns} ${isolated(title)}`),
  ]
  return markup`${said.map((each) => markup`<br><small class="soft">${each}</small>`)}`
}
