import {
  type CatalogueEntry,
  findError,
  type NamedErrors,
  namedErrors,
} from '@charsu/protocol/error-catalogue/catalogue'
import { nearErrors } from '@charsu/protocol/error-catalogue/near-errors'
import { ApiError, CODES, type HelpUrl } from '../errors.ts'
import { errorEntryPage, errorListPage, unknownErrorPage } from './error-pages.ts'
import { readerOf } from './reader.ts'
import { type ErrorRequest, HttpAnswer, type Route, route } from './route.ts'

/** Most characters of a name that is repeated to whoever asked for it. */
const MAX_ECHO_LENGTH = 60

/** The error catalogue, where the links of errors lead (wire contract §0): pages, or JSON for whoever asks for it. */
export const errorRoutes = ({ helpUrl }: { helpUrl: HelpUrl }): Route[] => [
  route({
    method: 'GET',
    path: '/errors',
    operation: 'Errors_List',
    summary: 'Every error that Charsu answers or records, with cause and fix; a page, or JSON by Accept',
    caller: 'anyone',
    handle: async ({ headers, base }) => {
      if (!wantsJson(headers)) return byAccept(errorListPage(readerOf({ headers, base })))
      return json({ errors: namedErrors().map((named) => namedView(named, helpUrl)) })
    },
  }),
  route({
    method: 'GET',
    path: '/errors/:reason',
    operation: 'Errors_Get',
    summary: 'Cause and fix of one error; a page, or JSON by Accept',
    caller: 'anyone',
    handle: async ({ params: { reason = '' }, headers, base }) => {
      const named = findError(reason)
      if (wantsJson(headers)) return json(namedView(named ?? unknownReason(reason), helpUrl))
      const reader = readerOf({ headers, base })
      const given = reason.slice(0, MAX_ECHO_LENGTH)
      return byAccept(
        named ? errorEntryPage(reader, named) : unknownErrorPage(reader, given, nearErrors(reason)),
      )
    },
  }),
]

type Headers = ErrorRequest['headers']

/** Browsers name text/html; tools that want data name application/json. */
function wantsJson({ accept }: Headers): boolean {
  const text = accept?.toString().toLowerCase() ?? ''
  return text.includes('application/json') && !text.includes('text/html')
}

/** Caches keep the two forms apart. */
const byAccept = ({ status, headers, body }: HttpAnswer): HttpAnswer =>
  new HttpAnswer(status, { ...headers, vary: 'accept, accept-language, cookie' }, body)

const json = (value: unknown): HttpAnswer =>
  new HttpAnswer(
    200,
    { 'content-type': 'application/json; charset=utf-8', vary: 'accept' },
    JSON.stringify(value),
  )

const namedView = ({ name, entries }: NamedErrors, helpUrl: HelpUrl) => ({
  name,
  url: helpUrl(name),
  entries: entries.map(entryView),
})

const entryView = ({ code, http, ...entry }: CatalogueEntry) => ({
  ...entry,
  ...(code !== null && { code: CODES[code].code, code_name: code }),
  ...(http !== null && { http }),
})

function unknownReason(reason: string): never {
  const near = nearErrors(reason)
  const hint = near.length === 0 ? 'GET /errors lists all of them' : `did you mean ${near.join(', ')}?`
  const given = JSON.stringify(reason.slice(0, MAX_ECHO_LENGTH))
  throw new ApiError('NOT_FOUND', `Charsu has no error of the name ${given}: ${hint}`, {
    reason: 'REASON_UNKNOWN',
    ...(near.length > 0 && { metadata: { near: near.join(' ') } }),
  })
}
