import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../packages/server/testing/test-server.ts'

const ROOT = join(import.meta.dirname, '..')
const read = (page: string): string => readFileSync(join(ROOT, page), 'utf8')

const METHOD = 'GET|POST|PUT|PATCH|DELETE'
const OPERATION = new RegExp(`\`(${METHOD}) (/[^\`\\s]*)\``, 'g')
/** "`PUT`, `DELETE /x`" and "`PUT` and `DELETE /x`" name two operations. */
const SHARED_PATH = new RegExp(`\`(${METHOD})\`(?:,| and) \`(?:${METHOD}) (/[^\`\\s]*)\``, 'g')

const nameless = (path: string): string => path.replace(/\{[^}]*\}|:\w+/g, '{}')

/** The operations that a page names, such as `GET /me/v1/notices`, its paths beginning with `prefix` or in full. */
function named(page: string, prefix: string): Set<string> {
  const text = read(page)
  const found = [...text.matchAll(OPERATION), ...text.matchAll(SHARED_PATH)]
  return new Set(
    found.flatMap(([, method = '', given = '']) => {
      const path = nameless(given.split('?', 1)[0] ?? '')
      return [`${method} ${path}`, `${method} ${prefix}${path}`]
    }),
  )
}

describe('each reference names every operation of its surface', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  test.each([
    ['docs/host-api.md', '/host/v1'],
    ['docs/user-api.md', '/me/v1'],
    ['docs/console-api.md', '/console/v1'],
    ['docs/operator-api.md', '/operator/v1'],
    ['docs/development-api.md', '/dev/v1'],
  ])('%s', (page, prefix) => {
    const served = server.server.routes
      .filter(({ path }) => path.startsWith(prefix))
      .map(({ method, path }) => `${method} ${nameless(path)}`)
    expect(served.filter((operation) => !named(page, prefix).has(operation))).toEqual([])
  })

  test.each([
    ['docs/user-api.md', '/me/v1'],
    ['docs/console-api.md', '/console/v1'],
    ['docs/operator-api.md', '/operator/v1'],
    ['docs/development-api.md', '/dev/v1'],
  ])('%s names no operation that is not there', (page, prefix) => {
    const served = new Set(server.server.routes.map(({ method, path }) => `${method} ${nameless(path)}`))
    const gone = [...read(page).matchAll(OPERATION)]
      .map(([, method = '', path = '']) => ({ method, path: nameless(path.split('?', 1)[0] ?? '') }))
      .filter(({ method, path }) => ![path, prefix + path].some((each) => served.has(`${method} ${each}`)))
    expect(gone).toEqual([])
  })
})
