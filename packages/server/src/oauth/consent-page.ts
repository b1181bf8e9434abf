import type { Scope } from '@charsu/protocol/scopes'
import { initialOf } from '../http/initial.ts'
import { isolated, type Markup, markup } from '../http/markup.ts'
import { renderPage } from '../http/page.ts'
import { icon } from '../http/page-icon.ts'
import type { Reader } from '../http/reader.ts'
import { type HttpAnswer, html } from '../http/route.ts'
import { scopeMarkup } from './scope-sentence.ts'
import type { ScopeSubject } from './scope-subjects.ts'

const WORDS = {
  en: {
    title: 'Permission for an app',
    question: ['Allow ', ' to act for you?'],
    signedIn: ['You are logged in as ', '.'],
    will: 'If you allow it, this app can:',
    development:
      'This app is still in development and nobody has checked it. Allow it only if you know who made it.',
    allow: 'Allow',
    deny: 'Do not allow',
    leads: ['Your answer goes to ', '. You can take this permission back at any time under ', '.'],
    connected: 'Connected apps',
  },
  fa: {
    title: 'اجازه به برنامه',
    question: ['به ', ' اجازه می‌دهید از طرف شما کار کند؟'],
    signedIn: ['شما با نام ', ' وارد شده‌اید.'],
    will: 'اگر اجازه دهید، این برنامه می‌تواند:',
    development:
      'این برنامه هنوز در حال توسعه است و کسی آن را بررسی نکرده است. فقط اگر سازنده‌اش را می‌شناسید اجازه دهید.',
    allow: 'اجازه می‌دهم',
    deny: 'اجازه نمی‌دهم',
    leads: ['پاسخ شما به ', ' فرستاده می‌شود. هر زمان بخواهید می‌توانید این اجازه را در ', ' پس بگیرید.'],
    connected: 'برنامه‌های متصل',
  },
} as const

export interface ConsentPage {
  reader: Reader
  app: { displayName: string; avatarUrl: string | null; development: boolean }
  userName: string
  scopes: readonly Scope[]
  subjects: ReadonlyMap<string, ScopeSubject>
  redirectUri: string
  ticket: string
}

/** The question to the user (wire contract §7), in their language, with every post and person named. */
export function consentPage(page: ConsentPage): HttpAnswer {
  const { reader, app, userName } = page
  const { locale, base } = reader
  const words = WORDS[locale]
  // Two spellings of one scope are one promise.
  const scopes = new Map(page.scopes.map((scope) => [scope.canonical, scope]))
  const promises = [...scopes.values()].map(
    (scope) =>
      markup`<li>${icon('check')}<span>${scopeMarkup(scope, page.subjects.get(scope.canonical), locale)}</span></li>`,
  )
  const body = markup`
<div class="faces" aria-hidden="true">${appFace(app)}${icon('swap')}<span class="face">${isolated(initialOf(userName))}</span></div>
<h1>${words.question[0]}${isolated(app.displayName)}${words.question[1]}</h1>
${userName ? markup`<p class="soft">${words.signedIn[0]}${isolated(userName)}${words.signedIn[1]}</p>` : ''}
${app.development ? markup`<p class="warning" role="note">${icon('warn')}<span>${words.development}</span></p>` : ''}
<h2>${words.will}</h2>
<ul class="promises">${promises}</ul>
<form method="post" action="${base}/oauth2/consent">
<input type="hidden" name="ticket" value="${page.ticket}">
<button class="main" name="decision" value="allow">${words.allow}</button>
<button name="decision" value="deny">${words.deny}</button>
</form>
<p class="soft">${words.leads[0]}<bdi dir="ltr">${placeOf(page.redirectUri)}</bdi>${words.leads[1]}<a href="${base}/connected-apps">${words.connected}</a>${words.leads[2]}</p>`
  return html(200, renderPage({ ...reader, title: words.title, body }), formTargets(page.redirectUri))
}

const appFace = ({ displayName, avatarUrl }: ConsentPage['app']): Markup =>
  avatarUrl === null
    ? markup`<span class="face app">${isolated(initialOf(displayName))}</span>`
    : markup`<span class="face app"><img src="${avatarUrl}" alt="" referrerpolicy="no-referrer"></span>`

/** What a person can recognise of a URI: its host, or the scheme of an installed app. */
function placeOf(redirectUri: string): string {
  if (!URL.canParse(redirectUri)) return redirectUri
  const { protocol, host } = new URL(redirectUri)
  return protocol === 'https:' || protocol === 'http:' ? host : protocol
}

/**
 * Browsers hold every redirect that follows a form to form-action, also those that the app makes from its redirect
 * URI onwards, so schemes are named and not the app's origin. From https nothing leads back to plain http.
 */
function formTargets(redirectUri: string): string[] {
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:/.exec(redirectUri)?.[0].toLowerCase()
  if (scheme === undefined) return []
  return scheme === 'http:' ? ['http:', 'https:'] : scheme === 'https:' ? ['https:'] : [scheme, 'https:']
}
