import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ButtonGrid, normalizeGrid } from './button-grid.ts'
import type { FieldViolation } from './errors.ts'

function read(input: unknown): { grid: ButtonGrid | undefined; violations: FieldViolation[] } {
  const violations: FieldViolation[] = []
  const grid = normalizeGrid(input, 'grid', (field, description) => violations.push({ field, description }))
  return { grid, violations }
}

const link = { action: { open_direct_link: 'https://example.com/' }, caption: 'Open' }
const oneRow = (...buttons: unknown[]) => ({ rows: [{ buttons }] })
const withAction = (action: unknown) => oneRow({ action, caption: 'Open' })
const at = 'grid.rows[0].buttons[0]'
const text = (length: number) => 'x'.repeat(length)
/** An object whose JSON has exactly this many bytes. */
const dataOfBytes = (bytes: number) => ({ k: text(bytes - '{"k":""}'.length) })

describe('the normal form', () => {
  test.each([
    ['nothing', undefined, undefined],
    ['null', null, undefined],
    ['an empty object', {}, undefined],
    ['an empty grid', { rows: [] }, undefined],
    ['empty rows', { rows: [{ buttons: [] }, {}, null, { buttons: null }] }, undefined],
    ['a button', oneRow(link), oneRow(link)],
    ['empty rows among full ones', { rows: [{}, { buttons: [null, link] }, {}, {}] }, oneRow(link)],
    ['unknown fields', { ...oneRow({ ...link, color: 'red' }), title: 'x' }, oneRow(link)],
    [
      'nulls beside the action',
      withAction({ open_direct_link: 'https://a.b', open_server_link: null }),
      withAction({ open_direct_link: 'https://a.b' }),
    ],
    [
      'empty strings beside the action',
      withAction({
        open_direct_link: '',
        open_post_page: { post_token: '' },
        open_post_manage_page: { post_token: 'AbC_1' },
      }),
      withAction({ open_post_manage_page: { post_token: 'AbC_1' } }),
    ],
    ['data left out', withAction({ open_server_link: {} }), withAction({ open_server_link: { data: {} } })],
    [
      'null data',
      withAction({ get_dynamic_action: { data: null } }),
      withAction({ get_dynamic_action: { data: {} } }),
    ],
    [
      'nulls inside data',
      withAction({ open_server_link: { data: { a: null } } }),
      withAction({ open_server_link: { data: { a: null } } }),
    ],
    [
      'icon over icon_name',
      oneRow({ ...link, icon: 'ADD', icon_name: 'CLOSE' }),
      oneRow({ ...link, icon: 'ADD' }),
    ],
    [
      'icon_name alone',
      oneRow({ ...link, icon: '', icon_name: 'CLOSE' }),
      oneRow({ ...link, icon: 'CLOSE' }),
    ],
    [
      'an unknown icon in prose',
      oneRow({ ...link, icon_name: 'نام آیکون' }),
      oneRow({ ...link, icon: 'نام آیکون' }),
    ],
  ])('of %s', (_, input, expected) => {
    expect(read(input)).toEqual({ grid: expected, violations: [] })
  })

  test('keeps a full grid of 3 rows by 3 buttons', () => {
    const full = { rows: Array.from({ length: 3 }, () => ({ buttons: [link, link, link] })) }
    expect(read(full)).toEqual({ grid: full, violations: [] })
  })

  test.each([
    ['100 letters', text(100)],
    ['100 emoji', '😀'.repeat(100)],
    ['1 letter', 'x'],
  ])('allows a caption of %s', (_, caption) => {
    expect(read(oneRow({ ...link, caption })).violations).toEqual([])
  })

  test.each([
    ['https://example.com'],
    ['HTTP://example.com/a?b=c#d'],
    ['https://example.com/سلام دنیا'],
    ['http://127.0.0.1:3000/x'],
    [`https://example.com/${text(2048 - 20)}`],
  ])('allows the link %.40s', (open_direct_link) => {
    expect(read(withAction({ open_direct_link })).violations).toEqual([])
  })

  test('allows data of exactly 4 KiB, counted in UTF-8', () => {
    expect(read(withAction({ open_server_link: { data: dataOfBytes(4096) } })).violations).toEqual([])
  })
})

describe('a breach is named by its place', () => {
  const row = { buttons: [link] }
  test.each<[string, unknown, string, RegExp]>([
    ['4 rows', { rows: [row, row, row, row] }, 'grid.rows', /at most 3 rows, but has 4/],
    [
      '4 buttons in a row',
      oneRow(link, link, link, link),
      'grid.rows[0].buttons',
      /at most 3 buttons, but has 4/,
    ],
    ['no caption', oneRow({ action: link.action }), `${at}.caption`, /is required/],
    ['a caption of 0 characters', oneRow({ ...link, caption: '' }), `${at}.caption`, /is required/],
    [
      'a caption of 101 characters',
      oneRow({ ...link, caption: text(101) }),
      `${at}.caption`,
      /at most 100 characters, but has 101/,
    ],
    [
      'a caption of 101 emoji',
      oneRow({ ...link, caption: '😀'.repeat(101) }),
      `${at}.caption`,
      /but has 101/,
    ],
    ['a caption that is no text', oneRow({ ...link, caption: 5 }), `${at}.caption`, /must be a string/],
    [
      'no action',
      oneRow({ caption: 'Open' }),
      `${at}.action`,
      /is required; send an action with exactly one of open_direct_link/,
    ],
    ['an action without kind', withAction({}), `${at}.action`, /has no action/],
    [
      'a misspelt kind',
      withAction({ open_direct_lnk: 'https://a.b' }),
      `${at}.action`,
      /Did you mean "open_direct_link"\?/,
    ],
    [
      'two kinds',
      withAction({ open_direct_link: 'https://a.b', open_server_link: {} }),
      `${at}.action`,
      /open_direct_link and open_server_link; keep one/,
    ],
    [
      'a javascript: link',
      withAction({ open_direct_link: 'javascript:alert(1)' }),
      `${at}.action.open_direct_link`,
      /scheme is "javascript:"/,
    ],
    [
      'a JaVaScRiPt: link',
      withAction({ open_direct_link: 'JaVaScRiPt:alert(1)' }),
      `${at}.action.open_direct_link`,
      /scheme is "javascript:"/,
    ],
    [
      'a data: link',
      withAction({ open_direct_link: 'data:text/html,x' }),
      `${at}.action.open_direct_link`,
      /scheme is "data:"/,
    ],
    [
      'a javascript: link after a space',
      withAction({ open_direct_link: ' javascript:alert(1)' }),
      `${at}.action.open_direct_link`,
      /must be an absolute/,
    ],
    [
      'a javascript: link with a tab inside',
      withAction({ open_direct_link: 'java\tscript:alert(1)' }),
      `${at}.action.open_direct_link`,
      /must be an absolute/,
    ],
    [
      'a relative link',
      withAction({ open_direct_link: '/path' }),
      `${at}.action.open_direct_link`,
      /must be an absolute/,
    ],
    [
      'a link without host',
      withAction({ open_direct_link: 'https:///x' }),
      `${at}.action.open_direct_link`,
      /must be an absolute/,
    ],
    [
      'a link without slashes',
      withAction({ open_direct_link: 'https:example.com' }),
      `${at}.action.open_direct_link`,
      /must be an absolute/,
    ],
    [
      'a link with a line break',
      withAction({ open_direct_link: 'https://exa\nmple.com' }),
      `${at}.action.open_direct_link`,
      /must be an absolute/,
    ],
    [
      'a link with a wrong port',
      withAction({ open_direct_link: 'https://example.com:99999/' }),
      `${at}.action.open_direct_link`,
      /must be an absolute/,
    ],
    [
      'a link of 2049 characters',
      withAction({ open_direct_link: `https://example.com/${text(2049 - 20)}` }),
      `${at}.action.open_direct_link`,
      /at most 2048/,
    ],
    [
      'a link that is no text',
      withAction({ open_direct_link: {} }),
      `${at}.action.open_direct_link`,
      /must be a string/,
    ],
    [
      'data that is no object',
      withAction({ open_server_link: { data: [] } }),
      `${at}.action.open_server_link.data`,
      /must be a JSON object, but is an array/,
    ],
    [
      'data of 4097 bytes',
      withAction({ open_server_link: { data: dataOfBytes(4097) } }),
      `${at}.action.open_server_link.data`,
      /at most 4096 bytes as JSON, but has 4097/,
    ],
    [
      'data of few characters and many bytes',
      withAction({ get_dynamic_action: { data: { k: 'چ'.repeat(2045) } } }),
      `${at}.action.get_dynamic_action.data`,
      /but has 4098/,
    ],
    [
      'a server link that is text',
      withAction({ open_server_link: 'x' }),
      `${at}.action.open_server_link`,
      /must be a JSON object/,
    ],
    [
      'a post page without token',
      withAction({ open_post_page: {} }),
      `${at}.action.open_post_page.post_token`,
      /is required/,
    ],
    [
      'a post token of 17 characters',
      withAction({ open_post_page: { post_token: text(17) } }),
      `${at}.action.open_post_page.post_token`,
      /1 to 16/,
    ],
    [
      'a post token with a slash',
      withAction({ open_post_manage_page: { post_token: '../x' } }),
      `${at}.action.open_post_manage_page.post_token`,
      /1 to 16/,
    ],
    ['an icon that is no text', oneRow({ ...link, icon: 3 }), `${at}.icon`, /must be a string/],
    ['a grid that is an array', [], 'grid', /must be a JSON object/],
    ['rows that are an object', { rows: {} }, 'grid.rows', /must be an array/],
    ['a row that is an array', { rows: [[]] }, 'grid.rows[0]', /must be a JSON object/],
    ['buttons that are text', { rows: [{ buttons: 'x' }] }, 'grid.rows[0].buttons', /must be an array/],
    ['a button that is text', oneRow('x'), at, /must be a JSON object/],
  ])('%s', (_, input, field, description) => {
    expect(read(input).violations).toEqual([{ field, description: expect.stringMatching(description) }])
  })

  test('every breach is reported, not the first', () => {
    const { violations } = read({
      rows: [row, { buttons: [link, { caption: '' }] }, { buttons: [withAction({}).rows[0]?.buttons[0]] }],
    })
    expect(violations.map((v) => v.field)).toEqual([
      'grid.rows[1].buttons[1].action',
      'grid.rows[1].buttons[1].caption',
      'grid.rows[2].buttons[0].action',
    ])
  })
})

describe('whatever comes in', () => {
  const anyValue = fc.oneof(fc.anything(), fc.jsonValue())
  const token = fc.oneof(fc.stringMatching(/^[A-Za-z0-9_]{1,16}$/), fc.string(), fc.constant(''))
  const action = fc.oneof(
    fc.record(
      {
        open_direct_link: fc.oneof(fc.webUrl(), fc.constant(''), anyValue),
        open_server_link: fc.oneof(fc.record({ data: fc.dictionary(fc.string(), fc.jsonValue()) }), anyValue),
        get_dynamic_action: fc.oneof(
          fc.record({ data: fc.dictionary(fc.string(), fc.jsonValue()) }),
          anyValue,
        ),
        open_post_page: fc.oneof(fc.record({ post_token: token }), anyValue),
        open_post_manage_page: fc.oneof(fc.record({ post_token: token }), anyValue),
      },
      { requiredKeys: [] },
    ),
    fc.webUrl().map((open_direct_link) => ({ open_direct_link })),
    token.map((post_token) => ({ open_post_page: { post_token } })),
  )
  const caption = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  const button = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({ action, caption, icon: fc.string() }, { requiredKeys: ['action', 'caption'] }),
    },
    { weight: 1, arbitrary: anyValue },
  )
  const grid = fc.record({
    rows: fc.array(fc.record({ buttons: fc.array(button, { maxLength: 4 }) }), { maxLength: 4 }),
  })

  test('a grid is refused with reasons, or read into a grid that reads as itself', () => {
    fc.assert(
      fc.property(fc.oneof(grid, anyValue), (input) => {
        const first = read(input)
        if (first.violations.length > 0) return
        if (first.grid !== undefined) {
          expect(first.grid.rows.length).toBeLessThanOrEqual(3)
          for (const { buttons } of first.grid.rows) {
            expect(buttons.length).toBeGreaterThan(0)
            expect(buttons.length).toBeLessThanOrEqual(3)
            for (const { action } of buttons) expect(Object.keys(action)).toHaveLength(1)
          }
        }
        expect(read(first.grid)).toEqual(first)
      }),
      { numRuns: 1000 },
    )
  })

  test('data nested deeper than the call stack is refused, not thrown at', () => {
    let data: unknown = {}
    for (let i = 0; i < 100_000; i++) data = { data }
    const { violations } = read(withAction({ open_server_link: { data } }))
    expect(violations).toEqual([
      { field: `${at}.action.open_server_link.data`, description: expect.stringMatching(/nested/) },
    ])
  })
})
