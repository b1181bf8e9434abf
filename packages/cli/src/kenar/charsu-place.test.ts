import { describe, expect, test } from 'vitest'
import { charsuPlace } from './charsu-place.ts'
import { KENAR_HOSTS, type KenarHost, kenarHost } from './kenar-hosts.ts'

describe('every address of Kenar arrives at its place in Charsu', () => {
  test.each<[KenarHost, string, 'call' | 'page', string]>([
    [
      'api.divar.ir',
      '/v2/open-platform/conversations/62c8/messages',
      'call',
      '/v2/open-platform/conversations/62c8/messages',
    ],
    ['api.divar.ir', '/v1/open-platform/oauth/access_token', 'call', '/v1/open-platform/oauth/access_token'],
    ['api.divar.ir', '/oauth2/auth?a=%20b&c', 'page', '/oauth2/auth?a=%20b&c'],
    ['api.divar.ir', '/oauth2/token', 'call', '/oauth2/token'],
    [
      'open-api.divar.ir',
      '/experimental/open-platform/events/send?message=a',
      'call',
      '/experimental/open-platform/events/send?message=a',
    ],
    [
      'open-api.divar.ir',
      '/v1/open-platform/finder/post/a%2Fb',
      'call',
      '/v1/open-platform/finder/post/a%2Fb',
    ],
    ['oauth.divar.ir', '/oauth2/auth?client_id=a', 'page', '/oauth2/auth?client_id=a'],
    ['oauth.divar.ir', '/oauth2/token', 'call', '/oauth2/token'],
    ['open-platform-redirect.divar.ir', '/oauth?client_id=a', 'page', '/oauth?client_id=a'],
    ['open-platform-redirect.divar.ir', '/completion', 'page', '/completion'],
    ['open-platform-redirect.divar.ir', '/completion?conversation=1', 'page', '/completion?conversation=1'],
    ['chat.divar.ir', '/upload/image', 'call', '/upload/image'],
    ['chat.divar.ir', '/addon_visit-planner?a=1', 'page', '/chat/addon_visit-planner?a=1'],
    ['chat.divar.ir', '/chat/addon_visit-planner', 'page', '/chat/addon_visit-planner'],
    ['chat.divar.ir', '/', 'page', '/'],
  ])('https://%s%s', (host, target, kind, path) => {
    expect(charsuPlace(host, target)).toEqual({ kind, path })
  })

  test.each<[KenarHost, string]>([
    ['api.divar.ir', '/v8/posts/x'],
    ['api.divar.ir', '/'],
    ['api.divar.ir', '/dev/v1'],
    ['api.divar.ir', '/host/v1/apps'],
    ['api.divar.ir', '/completion'],
    ['oauth.divar.ir', '/oauth2/consent'],
    ['oauth.divar.ir', '/addon_x'],
    ['chat.divar.ir', '/dev/login'],
    ['open-api.divar.ir', '/v1/open-platformx/users'],
  ])('nothing of Charsu is at https://%s%s, which Kenar has not', (host, target) => {
    expect(charsuPlace(host, target)).toBeUndefined()
  })
})

test('a host is known in any casing and as an absolute name, and no other is', () => {
  for (const host of KENAR_HOSTS) expect(kenarHost(`${host.toUpperCase()}.`)).toBe(host)
  for (const name of [
    'divar.ir',
    'xapi.divar.ir',
    'x.api.divar.ir',
    'api.divar.ir.example',
    'api.divar.irx',
    '',
  ]) {
    expect(kenarHost(name)).toBeUndefined()
  }
})
