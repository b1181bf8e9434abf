import { returnPathFault } from '../access/return-path.ts'
import { english, type Locale, messagePage } from '../http/page.ts'
import type { Reader } from '../http/reader.ts'
import type { HttpAnswer } from '../http/route.ts'
import { type LoginRedirectDeps, loginRedirect } from './login-redirect.ts'

const WORDS = {
  en: {
    title: 'Nobody can log in yet',
    hint: 'This marketplace has not said where its people log in. For its operator:',
  },
  fa: {
    title: 'هنوز نمی‌توان وارد شد',
    hint: 'این بازار هنوز نگفته است که کاربرانش کجا وارد می‌شوند. برای گردانندهٔ آن:',
  },
} as const satisfies Record<Locale, Record<string, string>>

const FOR_THE_OPERATOR =
  'set the page template login_url through the host API, such as https://market.example/login?return_to={return_to}'

/** Where nobody can log in. */
export function loginNotSetUp(reader: Reader): HttpAnswer {
  const { title, hint } = WORDS[reader.locale]
  return messagePage(503, reader, {
    title,
    paragraphs: [hint, english(FOR_THE_OPERATOR)],
    sign: { icon: 'lock', tone: 'plain' },
  })
}

/**
 * Leads to where people log in, wherever that is, and from there back to `path`; without such a place it says so.
 * @param path of this origin; one that cannot be gone back to leads to the chat.
 */
export async function toLogin(deps: LoginRedirectDeps, reader: Reader, path: string): Promise<HttpAnswer> {
  const way = returnPathFault(path) === undefined ? path : '/chat'
  return (await loginRedirect(deps, way)) ?? loginNotSetUp(reader)
}
