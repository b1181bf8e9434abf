import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chatPageUrl, loginPageUrl, postPageUrl, templateFault } from './page-templates.ts'

const ID = '62c8f7e0-0000-4000-8000-00000000000a'
const NO_PAGES = {
  login_url: null,
  post_url: null,
  post_manage_url: null,
  chat_url: null,
  notices_url: null,
  my_divar_url: null,
  divar_pro_url: null,
}

describe('templates of the host’s pages', () => {
  test.each([
    ['https://m.example/v/{post_token}', undefined],
    ['http://localhost:3000/{post_token}/{post_token}#{post_token}', undefined],
    ['https://m.example/v/', 'must hold {post_token}'],
    ['https://m.example/{return_to}/{post_token}', '{return_to}'],
    ['https://m.example/{post_token}/{', '"{"'],
    ['https://{post_token}/', 'not in its host'],
    ['https://{post_token}@m.example/', 'not in its host'],
    ['https://m.example:8{post_token}/', 'absolute http or https link'],
    ['/v/{post_token}', 'absolute http or https link'],
    ['javascript:{post_token}', 'http or https'],
    ['{post_token}', 'absolute http or https link'],
    [`https://m.example/{post_token}${'x'.repeat(2048)}`, 'at most 2048'],
  ])('%s: %s', (template, fault) => {
    const found = templateFault('post_url', template)
    if (fault === undefined) expect(found).toBeUndefined()
    else expect(found).toContain(fault)
  })

  test('a page of its own address takes no placeholder', () => {
    expect(templateFault('my_divar_url', 'https://m.example/mine?tab=apps')).toBeUndefined()
    expect(templateFault('my_divar_url', 'https://m.example/{post_token}')).toContain('no placeholder')
    expect(templateFault('notices_url', 'ftp://m.example/')).toContain('http or https')
    expect(templateFault('chat_url', 'https://m.example/c')).toContain('must hold {conversation_id}')
  })

  test('a value never leaves its place: it is percent-encoded, and $ means nothing', () => {
    const templates = {
      ...NO_PAGES,
      login_url: 'https://m.example/login?to={return_to}&x=1',
      post_url: 'https://m.example/v/{post_token}',
      post_manage_url: 'https://m.example/manage/{post_token}',
    }
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        fc.pre(value.isWellFormed())
        const login = new URL(loginPageUrl(templates, value)!)
        expect([login.origin, login.searchParams.get('to'), login.searchParams.get('x')]).toEqual([
          'https://m.example',
          value,
          '1',
        ])
      }),
    )
    expect(postPageUrl(templates, 'post_url', 'a$&b')).toBe('https://m.example/v/a%24%26b')
    expect(postPageUrl(templates, 'post_manage_url', 'Aa_1')).toBe('https://m.example/manage/Aa_1')
    expect(postPageUrl(NO_PAGES, 'post_url', 'x')).toBeNull()
    expect(chatPageUrl({ ...NO_PAGES, chat_url: 'https://m.example/c/{conversation_id}' }, ID)).toBe(
      `https://m.example/c/${ID}`,
    )
    expect(chatPageUrl(NO_PAGES, ID)).toBeNull()
  })
})
