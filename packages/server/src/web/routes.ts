import { normalizer, type Parser } from '@charsu/protocol/parse'
import * as Type from 'typebox'
import { errorPage } from '../http/page.ts'
import { readerOf } from '../http/reader.ts'
import { type HttpAnswer, type Route, redirect, route } from '../http/route.ts'
import { toLogin } from '../marketplace/login-page.ts'
import type { PageFiles } from './page-files.ts'
import { serveAsset, serveFont } from './serve-asset.ts'
import { isOfApi, type ServePageDeps, servePage } from './serve-page.ts'

export interface WebDeps extends ServePageDeps {
  files: PageFiles
}

interface Page {
  path: string
  aliases?: readonly string[]
  operation: string
  summary: string
}

/** Each is the same document, which shows the page of its address. */
const PAGES: readonly Page[] = [
  {
    path: '/chat',
    aliases: ['/chat/:conversation_id'],
    operation: 'Page_Chat',
    summary: 'The chat of a person of the marketplace; opened in a browser',
  },
  { path: '/notices', operation: 'Page_Notices', summary: 'What apps have told a person' },
  {
    path: '/connected-apps',
    operation: 'Page_ConnectedApps',
    summary: 'Which apps may act for a person, and how to end that',
  },
  { path: '/blocked', operation: 'Page_Blocked', summary: 'Whom a person has blocked' },
  {
    path: '/console',
    aliases: ['/console/*'],
    operation: 'Page_Console',
    summary: 'The console of app developers',
  },
  {
    path: '/operator',
    aliases: ['/operator/*'],
    operation: 'Page_Operator',
    summary: 'The console of those who run the marketplace',
  },
]

const loginQuery: Parser<{ returnTo: string }> = normalizer(
  Type.Object({ return_to: Type.Optional(Type.String({ description: 'a path of this origin' })) }),
  (value) => ({ returnTo: String((value as { return_to?: unknown }).return_to ?? '/chat') }),
)

/** Programs that ask for what an API does not serve get its form of error. */
const answerError: Route['answerError'] = (error, request) =>
  isOfApi(request.url) ? null : errorPage(error, request)

/** The pages, and the way to log in for them (architecture, "Rooms": web/). */
export const webRoutes = (deps: WebDeps): Route[] => [
  route({
    method: 'GET',
    path: '/',
    operation: 'Page_Start',
    summary: 'The playground in development, else the way to the chat',
    caller: 'anyone',
    answerError,
    handle: async ({ url, base, headers }) =>
      deps.mode === 'development'
        ? servePage(deps, { url, base, headers, forStrangers: true })
        : redirect('/chat'),
  }),
  ...PAGES.map((page) =>
    route({
      ...page,
      method: 'GET',
      caller: 'anyone',
      answerError,
      handle: ({ url, base, headers }): Promise<HttpAnswer> =>
        servePage(deps, { url, base, headers, forStrangers: false }),
    }),
  ),
  route({
    method: 'GET',
    path: '/login',
    operation: 'Page_Login',
    summary: 'The way to the page where people log in, and from there back to `return_to`',
    caller: 'anyone',
    query: loginQuery,
    answerError,
    handle: ({ headers, base, query }) => toLogin(deps, readerOf({ headers, base }), query.returnTo),
  }),
  asset(deps.files, 'GET'),
  asset(deps.files, 'HEAD'),
  route({
    method: 'GET',
    path: '/fonts/:file',
    operation: 'Page_Font',
    summary: 'The font of the pages, for those that the server renders itself',
    caller: 'anyone',
    handle: ({ params, headers }) =>
      serveFont(deps.files, { name: params.file ?? '', headers, withBody: true }),
  }),
]

const asset = (files: PageFiles, method: 'GET' | 'HEAD'): Route =>
  route({
    method,
    path: '/assets/:file',
    operation: method === 'GET' ? 'Page_Asset' : 'Page_Asset-head',
    summary:
      method === 'GET' ? 'A file of the pages, named by its content' : 'What there is of a file of the pages',
    caller: 'anyone',
    handle: ({ params, headers }): Promise<HttpAnswer> =>
      serveAsset(files, { name: params.file ?? '', headers, withBody: method === 'GET' }),
  })
