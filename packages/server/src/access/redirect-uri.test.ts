import { describe, expect, test } from 'vitest'
import { checkRedirectUri } from './redirect-uri.ts'

describe('wire contract §7: a redirect URI', () => {
  test.each([
    'https://app.example/callback',
    'https://app.example/callback?from=charsu',
    'http://localhost:3000/callback',
    'http://127.0.0.1:3000/callback',
    'http://[::1]:3000/callback',
    'myapp://callback',
    'com.example.app:/callback',
  ])('%s may be registered in either mode', (uri) => {
    expect(checkRedirectUri(uri, 'development')).toBeUndefined()
    expect(checkRedirectUri(uri, 'production')).toBeUndefined()
  })

  test.each([
    ['/callback', 'absolute'],
    ['app.example/callback', 'absolute'],
    ['javascript:alert(1)', 'scheme is "javascript:"'],
    ['JavaScript:alert(1)//https://app.example', 'scheme is "javascript:"'],
    ['data:text/html,hello', 'scheme is "data:"'],
    ['vbscript:x', 'scheme is "vbscript:"'],
    ['file:///etc/passwd', 'scheme is "file:"'],
    ['https://app.example/بازگشت', 'visible ASCII'],
    ['myapp://call back', 'absolute'],
    ['https://app.example/callback?state=1', '"state"'],
    ['https://app.example/callback#token', 'must have no fragment'],
    ['https://app.example/callback#', 'must have no fragment'],
    ['https://me:secret@app.example/', 'must have no user name and no password'],
    ['https://app.example/ callback\n', 'absolute'],
    [`https://app.example/${'x'.repeat(2048)}`, 'at most 2048 characters'],
  ])('%s is refused: %s', (uri, why) => {
    expect(checkRedirectUri(uri, 'development')).toContain(why)
  })

  test('plain http to another machine is for development alone', () => {
    expect(checkRedirectUri('http://app.example/callback', 'development')).toBeUndefined()
    expect(checkRedirectUri('http://app.example/callback', 'production')).toContain('must be an https link')
  })
})
