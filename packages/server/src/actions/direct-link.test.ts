import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { directLink } from './direct-link.ts'

const PLACE = { postToken: 'gZk3xQ1a', returnUrl: 'https://c.example/completion?to=MY_POST&post=gZk3xQ1a' }
const BACK = encodeURIComponent(PLACE.returnUrl)
const OURS = `post_token=gZk3xQ1a&completion_url=${BACK}&return_url=${BACK}`

describe('§11 touchpoints: the page of LOAD_WEBVIEW_DIRECT_LINK', () => {
  test.each([
    ['https://a.example', `https://a.example?${OURS}`],
    ['https://a.example/x?', `https://a.example/x?${OURS}`],
    ['https://a.example/x?a=%2f&b=+&c', `https://a.example/x?a=%2f&b=+&c&${OURS}`],
    ['https://a.example/#/page?x=1', `https://a.example/?${OURS}#/page?x=1`],
    ['https://a.example/?post_token=evil&a=1&return%5furl=x#f', `https://a.example/?a=1&${OURS}#f`],
    ['https://a.example/مسیر?نام=علی', `https://a.example/مسیر?نام=علی&${OURS}`],
  ])('%s keeps its own query and fragment', (fallback, link) => {
    expect(directLink(fallback, PLACE)).toBe(link)
  })

  test('whatever the URL holds, it stays on its page, and our three values arrive unchanged, once', () => {
    fc.assert(
      fc.property(fc.webUrl({ withFragments: true, withQueryParameters: true }), (fallback) => {
        const link = new URL(directLink(fallback, PLACE))
        const own = new URL(fallback)
        expect([link.origin, link.pathname, link.hash]).toEqual([own.origin, own.pathname, own.hash])
        expect(link.searchParams.getAll('post_token')).toEqual([PLACE.postToken])
        expect(link.searchParams.getAll('completion_url')).toEqual([PLACE.returnUrl])
        expect(link.searchParams.getAll('return_url')).toEqual([PLACE.returnUrl])
      }),
    )
  })
})
