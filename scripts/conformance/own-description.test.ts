import { describe, expect, it } from 'vitest'
import { OwnValidator, readOwnDescription } from './own-description.ts'

const DOCUMENT = {
  openapi: '3.1.0',
  components: { schemas: { Error: { type: 'object', required: ['code'] } } },
  paths: {
    '/me/v1/notes/{note_id}': {
      put: {
        operationId: 'Me_WriteNote',
        tags: ['Users'],
        security: [{ Session: [] }],
        parameters: [
          { name: 'note_id', in: 'path', required: true, schema: { type: 'string' } },
          { name: 'x-odd', in: 'header', schema: { type: 'string' } },
        ],
        requestBody: { content: { 'application/json': { schema: { type: 'object' } } } },
        responses: {
          200: {
            content: {
              'application/json': {
                schema: { type: 'object', properties: { at: { type: 'string', format: 'date-time' } } },
              },
            },
          },
          default: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } } },
        },
      },
    },
    '/open': {
      get: { operationId: 'Open', tags: ['Pages'], responses: { 200: { description: 'a page' } } },
      post: { operationId: 'Ask', security: [{ ApiKey: [] }, { ApiKey: [], UserToken: [] }] },
    },
  },
}
const { operations, schemas } = readOwnDescription(JSON.stringify(DOCUMENT))
const [write, open, ask] = operations

describe('our own description', () => {
  it('is read with who may call, what they send, and what is answered', () => {
    expect(write).toMatchObject({
      id: 'Me_WriteNote',
      method: 'PUT',
      path: '/me/v1/notes/{note_id}',
      tag: 'Users',
      security: ['Session'],
      parameters: [{ name: 'note_id', in: 'path' }],
      body: { type: 'object' },
    })
  })

  it('pages have no answer to compare, and everybody may call where nothing is asked', () => {
    expect(open).toMatchObject({ answers: {}, security: [], body: null })
  })

  it('of several ways to call the one that shows most is taken', () => {
    expect(ask?.security).toEqual(['ApiKey', 'UserToken'])
  })

  it('its answers are held against their schemas, references followed', () => {
    const validator = new OwnValidator(schemas)
    expect(validator.breaches(write!.answers['200']!, { at: '2026-11-22T08:00:00Z' })).toEqual([])
    expect(validator.breaches(write!.answers['200']!, { at: 'soon' })).toEqual([
      '/at must match format "date-time"',
    ])
    expect(validator.breaches(write!.answers.default!, {})).toEqual([
      "the body must have required property 'code'",
    ])
  })
})
