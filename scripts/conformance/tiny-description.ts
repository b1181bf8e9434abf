import { type Description, type Operation, readDescription } from './operations.ts'

/** A small description with one of everything the published ones use. */
const TINY = {
  openapi: '3.0.0',
  security: [{ APIKey: [] }],
  paths: {
    '/v1/notes/{note_id}': {
      post: {
        operationId: 'Notes_Write',
        parameters: [{ name: 'note_id', in: 'path', required: true, schema: { type: 'string' } }],
        requestBody: { $ref: '#/components/requestBodies/Write' },
        responses: {
          200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Note' } } } },
          default: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Status' } } } },
        },
        security: [{ APIKey: [], OAuth: ['NOTES_WRITE.note_id'] }],
      },
    },
    '/v1/ring': {
      get: {
        operationId: 'Notes_Ring',
        parameters: [
          { name: 'tone', in: 'query', schema: { type: 'string', enum: ['LOW', 'HIGH'] } },
          { name: 'do.open', in: 'query', required: true, schema: { type: 'string' } },
          { name: 'do.ask', in: 'query', schema: { type: 'object' } },
        ],
        responses: {
          200: { content: { 'application/json': { schema: { type: 'object' } } } },
          default: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Status' } } } },
        },
      },
    },
  },
  components: {
    requestBodies: {
      Write: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Write' } } } },
    },
    schemas: {
      Write: {
        type: 'object',
        required: ['text'],
        properties: {
          text: { type: 'string', example: 'buy bread' },
          colour: { type: 'string', enum: ['RED', 'BLUE'] },
          icon: { $ref: '#/components/schemas/Icon' },
          size: { type: 'string', format: 'uint64', example: 3 },
          made_by: { type: 'string', readOnly: true },
          media: { type: 'string' },
          mood: { type: 'string' },
          steps: { type: 'array', items: { $ref: '#/components/schemas/Step' } },
        },
      },
      Icon: { type: 'string', enum: ['STAR', 'MOON'] },
      Step: {
        type: 'object',
        properties: {
          open: { type: 'object', required: ['note_id'], properties: { note_id: { type: 'string' } } },
          wait: { type: 'integer', format: 'int32' },
        },
      },
      Note: {
        type: 'object',
        properties: {
          id: { type: 'string' },
          size: { type: 'string', format: 'uint64' },
          at: { type: 'string', format: 'date-time' },
          parent: { type: 'string', nullable: true },
          tags: { type: 'array', items: { type: 'object', properties: { name: { type: 'string' } } } },
        },
      },
      Status: {
        type: 'object',
        properties: {
          code: { type: 'integer', format: 'int32' },
          message: { type: 'string' },
        },
      },
    },
  },
}

export const tinyDescription = (): Description => readDescription(JSON.stringify(TINY))

export const tinyOperation = (id: 'Notes_Write' | 'Notes_Ring'): Operation =>
  tinyDescription().operations.find((each) => each.id === id)!

export const TINY_RULINGS = {
  chooseOne: new Set(['Step']),
  chooseOneParameter: ['do.'],
  leaveOut: new Set(['Write.media']),
  notRead: new Set(['Write.mood']),
  openEnums: new Set(['Icon']),
}
