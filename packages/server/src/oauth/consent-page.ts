import type { Scope } from '@charsu/protocol/scopes'
import { isolated, markup } from '../http/markup.ts'
import { type Locale, renderPage } from '../http/page.ts'
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
    leads: ['Your answer goes to ', '. You can take this permission back at any time.'],
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
    leads: ['پاسخ شما به ', ' فرستاده می‌شود. هر زمان بخواهید می‌توانید این اجازه را پس بگیرید.'],
  },
} as const

export interface ConsentPage {
  locale: Locale
  app: { displayName: string; development: boolean }
  userName: string
  scopes: readonly Scope[]
  subjects: ReadonlyMap<string, ScopeSubject>
  redirectUri: string
  ticket: string
}

/** The question to the user (wire contract §7), in their language, with every post and person named. */
export function consentPage(page: ConsentPage): HttpAnswer {
  const words = WORDS[page.locale]
  const { displayName } = page.app
  const [initial] = new Intl.Segmenter(page.locale).segment(displayName.trim())
  // Two spellings of one scope are one promise.
  const scopes = new Map(page.scopes.map((scope) => [scope.canonical, scope]))
  const body = markup`
<div class="tile" aria-hidden="true">${isolated(initial?.segment ?? '?')}</div>
<h1>${words.question[0]}${isolated(displayName)}${words.question[1]}</h1>
${page.userName ? markup`<p class="soft">${words.signedIn[0]}${isolated(page.userName)}${words.signedIn[1]}</p>` : ''}
${page.app.development ? markup`<p class="warning" role="note">${words.development}</p>` : ''}
<p>${words.will}</p>
<ul>${[...scopes.values()].map(
    (scope) => markup`<li>${scopeMarkup(scope, page.subjects.get(scope.canonical), page.locale)}</li>`,
  )}</ul>
<form method="post" action="/oauth2/consent">
<input type="hidden" name="ticket" value="${page.ticket}">
<button class="main" name="decision" value="allow">${words.allow}</button>
<button name="decision" value="deny">${words.deny}</button>
</form>
<p class="soft">${words.leads[0]}<bdi dir="ltr">${placeOf(page.redirectUri)}</bdi>${words.leads[1]}</p>`
  return html(
    200,
    renderPage({ locale: page.locale, title: words.title, body }),
    formTargets(page.redirectUri),
  )
}

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
