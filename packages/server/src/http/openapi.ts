import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import { VERSION } from '../version.ts'
import { SESSION_COOKIE } from './cookies.ts'
import { createReferencePage, type ReferencePage } from './reference-page.ts'
import { TAGS } from './surfaces.ts'

/** Schema id of the error that every operation may answer; routes refer to it. */
export const ERROR_SCHEMA_ID = 'Error'

/** The shape of every error (wire contract §0). */
const ERROR_SCHEMA = {
  $id: ERROR_SCHEMA_ID,
  type: 'object',
  description: 'What was wrong, what was expected, and what to do',
  required: ['code', 'message', 'details'],
  properties: {
    code: {
      type: 'integer',
      description:
        'google.rpc code: 3 invalid, 5 not found, 6 exists, 7 denied, 8 exhausted, 9 precondition, 12 not served, 13 internal, 14 unavailable, 16 unauthenticated',
    },
    message: { type: 'string' },
    details: {
      type: 'array',
      items: { type: 'object', required: ['@type'], properties: { '@type': { type: 'string' } } },
    },
  },
}

const SECURITY_SCHEMES = {
  ApiKey: {
    type: 'apiKey',
    in: 'header',
    name: 'X-Api-Key',
    description: 'The app’s key, made in the console; carries permissions.',
  },
  UserToken: {
    type: 'http',
    scheme: 'bearer',
    description: 'A user’s token for the key’s app, from /oauth2/token; carries scopes.',
  },
  HostKey: { type: 'http', scheme: 'bearer', description: 'The marketplace’s key, CHARSU_HOST_KEY.' },
  MetricsToken: {
    type: 'http',
    scheme: 'bearer',
    description: 'CHARSU_METRICS_TOKEN, or else the host key; nothing in development.',
  },
  Session: {
    type: 'apiKey',
    in: 'cookie',
    name: SESSION_COOKIE,
    description: 'A logged-in person; login links of the host start it.',
  },
} as const

/** The page may load and call its own origin alone. */
const PAGE_POLICY =
  "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

/** Describes every route registered after it at /docs/json, and shows the description at /docs/. */
export async function registerOpenApi(app: FastifyInstance): Promise<void> {
  app.addSchema(ERROR_SCHEMA)
  await app.register(swagger, {
    exposeHeadRoutes: true,
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Charsu',
        version: VERSION,
        description: 'An open platform for marketplaces. docs/wire-contract.md explains every rule.',
      },
      tags: TAGS,
      components: { securitySchemes: SECURITY_SCHEMES },
    },
    refResolver: {
      buildLocalReference: (schema, _base, _fragment, i) => String(schema.$id ?? `schema-${i}`),
    },
  })
  const page = createReferencePage('./json')
  serve(app, '/docs/json', async () => ({
    type: 'application/json; charset=utf-8',
    body: JSON.stringify(app.swagger()),
  }))
  serve(app, '/docs/', page.html)
  serve(app, `/docs/${page.scriptPath}`, page.script)
  app.get('/docs', { schema: { hide: true } }, (_request, reply) => reply.redirect('/docs/', 301))
}

function serve(app: FastifyInstance, path: string, load: ReferencePage['html']): void {
  app.get(path, { schema: { hide: true } }, async (_request, reply) => {
    const { type, body } = await load()
    return reply.type(type).header('content-security-policy', PAGE_POLICY).send(body)
  })
}
