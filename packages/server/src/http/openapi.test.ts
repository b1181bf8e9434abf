import { validate } from '@scalar/openapi-parser'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'

interface Operation {
  operationId: string
  summary: string
  tags: string[]
  security: Record<string, unknown>[]
  parameters?: { in: string; name: string; required?: boolean }[]
  responses: Record<string, { description: string }>
}

interface Description {
  openapi: string
  paths: Record<string, Record<string, Operation>>
  tags: { name: string }[]
  components: { securitySchemes: Record<string, unknown>; schemas: Record<string, unknown> }
}

describe('the API description at /docs', () => {
  let node: TestServer
  let description: Description

  beforeAll(async () => {
    node = await startTestServer()
    description = (await (await fetch(`${node.url}/docs/json`)).json()) as Description
  })
  afterAll(() => node.close())

  const operations = () =>
    Object.entries(description.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    )

  test('is valid OpenAPI 3.1', async () => {
    expect(description.openapi).toBe('3.1.0')
    const { valid, errors } = await validate(JSON.stringify(description))
    expect({ valid, errors }).toEqual({ valid: true, errors: [] })
  })

  test('names each operation once, with its surface, its credentials and its errors', () => {
    const ids = operations().map(({ operation }) => operation.operationId)
    expect(ids.filter((id, i) => !id || ids.indexOf(id) !== i)).toEqual([])
    const tags = new Set(description.tags.map(({ name }) => name))
    for (const { path, operation } of operations()) {
      expect(operation.summary, path).toBeTruthy()
      expect(operation.tags.filter((tag) => !tags.has(tag))).toEqual([])
      for (const scheme of operation.security.flatMap(Object.keys)) {
        expect(description.components.securitySchemes).toHaveProperty(scheme)
      }
      const declared = operation.parameters?.filter((p) => p.in === 'path').map((p) => p.name) ?? []
      expect(declared.toSorted()).toEqual([...path.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).toSorted())
    }
    expect(description.components.schemas).toHaveProperty('Error')
  })

  test('says which credentials each surface takes', () => {
    const security = (path: string, method: string) => description.paths[path]?.[method]?.security
    const send = '/v2/open-platform/conversations/{conversation_id}/messages'
    expect(security(send, 'post')).toEqual([{ ApiKey: [], UserToken: [] }])
    expect(description.paths[send]?.post?.tags).toEqual(['Apps'])
    expect(description.paths['/completion']?.get?.security).toEqual([])
  })

  test('describes what is there: no operation in it is unknown to the server', async () => {
    for (const { path, method } of operations()) {
      const url = `${node.url}${path.replaceAll(/\{\w+\}/g, 'x')}`
      const answer = await fetch(url, { method: method.toUpperCase(), redirect: 'manual' })
      // A stream does not end by itself; that it begins is all there is to know.
      const isStream = answer.headers.get('content-type')?.startsWith('text/event-stream')
      const text = isStream ? '' : await answer.text()
      if (isStream) await answer.body?.cancel()
      expect([path, answer.status === 501 || text.includes('there is nothing at')]).toEqual([path, false])
    }
  })

  test('the page and its script come from this server, and the page may reach no other', async () => {
    const front = await fetch(`${node.url}/docs`)
    expect(front.url).toBe(`${node.url}/docs/`)
    const html = await front.text()
    expect(front.headers.get('content-type')).toContain('text/html')
    const policy = front.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'self'")
    expect(policy).not.toMatch(/https?:|\*/)
    const sources = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1])
    expect(sources).toEqual(['js/scalar.js'])
    expect(html).not.toMatch(/https?:\/\//)
    const script = await fetch(new URL(sources[0] ?? '', front.url))
    expect([script.status, script.headers.get('content-type')]).toEqual([
      200,
      'application/javascript; charset=utf-8',
    ])
    expect((await script.text()).length).toBeGreaterThan(100_000)
  })
})
