import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseSendEvent } from './send-event.ts'

const text = (length: number) => 'x'.repeat(length)
const user = { target: { type: 'USER' } }
const page = 'primary_button.action.open_post_page.post_token'
const managePage = 'primary_button.action.open_post_manage_page.post_token'
const title = 'primary_button.title'
const link = 'primary_button.action.open_direct_link'
const serverData = 'primary_button.action.open_server_link.data'
const dynamicData = 'primary_button.action.get_dynamic_action.data'

function accepted(query: Record<string, unknown>, body?: unknown) {
  const result = parseSendEvent(query, body)
  return result.ok ? result.value : result.violations
}

function refused(query: Record<string, unknown>, body?: unknown): Record<string, string> {
  const result = parseSendEvent(query, body)
  return result.ok ? {} : Object.fromEntries(result.violations.map((v) => [v.field, v.description]))
}

describe('a notice is read', () => {
  test('from a query string in which both post tokens are always present', () => {
    const query = { message: 'Hello', [page]: '', [managePage]: '' }
    expect(accepted(query)).toEqual({ message: 'Hello', ...user })
  })

  test('with its target', () => {
    expect(accepted({ message: 'x', target_type: 'POST', target_resource_id: 'tok' })).toEqual({
      message: 'x',
      target: { type: 'POST', id: 'tok' },
    })
    expect(accepted({ message: 'x', target_type: 'USER', target_resource_id: 'u-1' })).toEqual({
      message: 'x',
      target: { type: 'USER', id: 'u-1' },
    })
    expect(accepted({ message: 'x', target_type: '', target_resource_id: '' })).toEqual({
      message: 'x',
      ...user,
    })
  })

  test('with a button alone', () => {
    expect(accepted({ [title]: 'Open it', [link]: 'https://a.b', [page]: '', [managePage]: '' })).toEqual({
      ...user,
      primaryButton: { title: 'Open it', action: { open_direct_link: 'https://a.b' } },
    })
  })

  test('with two buttons', () => {
    const query = {
      message: 'x',
      [title]: '12345',
      [page]: 'tok',
      'secondary_button.title': text(50),
      'secondary_button.action.open_post_manage_page.post_token': 'tok2',
    }
    expect(accepted(query)).toEqual({
      message: 'x',
      ...user,
      primaryButton: { title: '12345', action: { open_post_page: { post_token: 'tok' } } },
      secondaryButton: { title: text(50), action: { open_post_manage_page: { post_token: 'tok2' } } },
    })
  })

  test.each([
    [
      'JSON text',
      { [serverData]: '{"a":"1","b":{"c":[null]}}' },
      { open_server_link: { data: { a: '1', b: { c: [null] } } } },
    ],
    [
      'keys in brackets',
      { [`${serverData}[a]`]: '1', [`${serverData}[b.c]`]: 'x' },
      { open_server_link: { data: { a: '1', 'b.c': 'x' } } },
    ],
    [
      'both, when they agree',
      { [dynamicData]: '{"a":"1"}', [`${dynamicData}[a]`]: '1', [`${dynamicData}[b]`]: '2' },
      { get_dynamic_action: { data: { a: '1', b: '2' } } },
    ],
    ['an empty object', { [dynamicData]: '{}' }, { get_dynamic_action: { data: {} } }],
  ])('with data as %s', (_, query, action) => {
    expect(accepted({ [title]: 'Start', ...query })).toEqual({
      ...user,
      primaryButton: { title: 'Start', action },
    })
  })

  test('with a key that looks like a prototype as plain data', () => {
    const notice = accepted({ [title]: 'Start', [`${serverData}[__proto__]`]: 'x' })
    expect(JSON.stringify(notice)).toContain('{"data":{"__proto__":"x"}}')
  })

  test('from a JSON body of the same shape', () => {
    const body = {
      message: 'x',
      target_type: null,
      primary_button: {
        title: 'Start',
        action: { get_dynamic_action: { data: { a: 1 } }, open_post_page: null },
      },
      secondary_button: { title: '', action: { open_post_page: { post_token: '' } } },
      other: 1,
    }
    expect(accepted({}, body)).toEqual({
      message: 'x',
      ...user,
      primaryButton: { title: 'Start', action: { get_dynamic_action: { data: { a: 1 } } } },
    })
  })

  test('from query string and body merged', () => {
    const body = { message: 'x', primary_button: { title: 'Start', action: { open_direct_link: '' } } }
    expect(accepted({ message: 'x', [serverData]: '{"b":2,"a":1}' }, body)).toEqual({
      message: 'x',
      ...user,
      primaryButton: { title: 'Start', action: { open_server_link: { data: { a: 1, b: 2 } } } },
    })
    const same = {
      primary_button: { title: 'Start', action: { open_server_link: { data: { a: 1, b: [2] } } } },
    }
    expect(accepted({ [serverData]: '{"b":[2],"a":1}' }, same)).toMatchObject({
      primaryButton: { title: 'Start' },
    })
  })

  test('past unknown parameters and equal repetitions', () => {
    expect(accepted({ utm: 'x', message: ['x', 'x', ''], 'primary_button.action.nothing[a]': 'x' })).toEqual({
      message: 'x',
      ...user,
    })
  })
})

describe('a breach is named', () => {
  const action = 'primary_button.action'
  test.each<[string, Record<string, unknown>, unknown, string, RegExp]>([
    [
      'neither message nor button',
      { [page]: '' },
      undefined,
      'message',
      /is required where there is no button/,
    ],
    ['a blank message', { message: '  ' }, undefined, 'message', /is required/],
    [
      'a message of 1001 characters',
      { message: text(1001) },
      undefined,
      'message',
      /at most 1000 characters, but has 1001/,
    ],
    ['a message that is no text', {}, { message: 5 }, 'message', /must be a string/],
    [
      'a title of 4 characters',
      { [title]: 'abcd', [link]: 'https://a.b' },
      undefined,
      title,
      /5 to 50 characters, but has 4/,
    ],
    [
      'a title of 51 characters',
      { [title]: text(51), [link]: 'https://a.b' },
      undefined,
      title,
      /but has 51/,
    ],
    ['a button without title', { [link]: 'https://a.b' }, undefined, title, /is required/],
    ['a button without action', { [title]: 'Start', [page]: '' }, undefined, action, /is required/],
    [
      'two actions',
      { [title]: 'Start', [page]: 'a', [managePage]: 'b' },
      undefined,
      action,
      /open_post_page and open_post_manage_page; keep one/,
    ],
    [
      'a javascript: link',
      { [title]: 'Start', [link]: 'javascript:x' },
      undefined,
      link,
      /scheme is "javascript:"/,
    ],
    ['a wrong post token', { [title]: 'Start', [page]: 'a/b' }, undefined, page, /must be a post token/],
    [
      'an unknown target',
      { message: 'x', target_type: 'POSTS' },
      undefined,
      'target_type',
      /Did you mean "POST"\?/,
    ],
    [
      'a post target without id',
      { message: 'x', target_type: 'POST' },
      undefined,
      'target_resource_id',
      /is required with target_type POST/,
    ],
    [
      'a post target that is no token',
      { message: 'x', target_type: 'POST', target_resource_id: 'a b' },
      undefined,
      'target_resource_id',
      /must be a post token/,
    ],
    [
      'data that is no JSON',
      { [title]: 'Start', [page]: 'tok', [serverData]: '{a:1}' },
      undefined,
      serverData,
      /must be the JSON text of an object/,
    ],
    [
      'data that is no object',
      { [title]: 'Start', [page]: 'tok', [serverData]: '[1]' },
      undefined,
      serverData,
      /must be the JSON text of an object/,
    ],
    [
      'data with a NUL',
      { [title]: 'Start', [page]: 'tok', [serverData]: '{"a":"\\u0000"}' },
      undefined,
      serverData,
      /NUL/,
    ],
    [
      'data over 4 KiB',
      { [title]: 'Start', [serverData]: JSON.stringify({ k: text(4096) }) },
      undefined,
      serverData,
      /at most 4096 bytes/,
    ],
    [
      'nested brackets',
      { [title]: 'Start', [page]: 'tok', [`${serverData}[a][b]`]: 'x' },
      undefined,
      serverData,
      /as JSON text instead/,
    ],
    [
      'text and brackets that differ',
      { [title]: 'Start', [serverData]: '{"a":1}', [`${serverData}[a]`]: 'x' },
      undefined,
      serverData,
      /different values/,
    ],
    ['a repeated key that differs', { message: ['x', 'y'] }, { message: 'x' }, 'message', /repeated/],
    ['a NUL in a text', { message: 'a\u0000' }, { message: 'x' }, 'message', /NUL/],
    [
      'query and body that differ',
      { message: 'x' },
      { message: 'y' },
      'message',
      /in the query string and in the body/,
    ],
    [
      'data that differs',
      { [serverData]: '{"a":1}' },
      { primary_button: { title: 'Start', action: { open_server_link: { data: { a: 2 } } } } },
      serverData,
      /in the query string and in the body/,
    ],
    ['a body that is no object', {}, [], '', /must be a JSON object/],
  ])('%s', (_, query, body, field, description) => {
    const found = refused(query, body)
    expect(found[field]).toMatch(description)
    if (field !== '') expect(Object.keys(found)).toEqual([field])
  })
})

describe('whatever comes in', () => {
  const names = [
    'message',
    'target_type',
    'target_resource_id',
    title,
    link,
    page,
    managePage,
    serverData,
    dynamicData,
    `${serverData}[a]`,
    `${serverData}[__proto__]`,
    `${dynamicData}[]`,
    `${dynamicData}[a][b]`,
    'secondary_button.title',
    'secondary_button.action.open_direct_link',
    '__proto__',
    'constructor',
  ]
  const value = fc.oneof(
    fc.string(),
    fc.json(),
    fc.array(fc.string()),
    fc.constantFrom('', 'USER', 'POST', 'https://a.b', 'Start'),
  )
  const query = fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), value)

  test('a notice is accepted or refused with reasons, never thrown at', () => {
    fc.assert(
      fc.property(query, fc.oneof(fc.constant(undefined), fc.object(), fc.anything()), (input, body) => {
        const result = parseSendEvent(input, body)
        if (result.ok)
          expect(
            result.value.message ?? result.value.primaryButton ?? result.value.secondaryButton,
          ).toBeDefined()
        else expect(result.violations.length).toBeGreaterThan(0)
      }),
      { numRuns: 1000 },
    )
  })
})
