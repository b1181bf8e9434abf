import { describe, expect, test } from 'vitest'
import { appHarness } from '../../testing/app-harness.ts'
import { App } from './app.ts'
import { appSettings, checkSettings } from './app-settings.ts'

const ENV = {
  CHARSU_CLIENT_ID: 'visits',
  CHARSU_CLIENT_SECRET: 'cx_1',
  CHARSU_API_KEY: 'ck_1',
  CHARSU_IDENTIFICATION_KEY: 'key',
}

describe('the environment', () => {
  test('that lacks something names all that is missing, and where to get it', () => {
    expect(() => appSettings({ CHARSU_CLIENT_ID: 'visits', CHARSU_API_KEY: ' ' })).toThrow(
      /^CHARSU_CLIENT_SECRET, CHARSU_API_KEY, CHARSU_IDENTIFICATION_KEY are not set: start your app with "charsu dev/,
    )
  })

  test('gives settings, with defaults for a laptop', () => {
    expect(appSettings(ENV)).toEqual({
      clientId: 'visits',
      clientSecret: 'cx_1',
      apiKey: 'ck_1',
      identificationKey: 'key',
      charsuUrl: 'http://localhost:4400',
      publicUrl: 'http://localhost:3000',
    })
    const more = {
      PORT: '5000',
      CHARSU_URL: 'http://127.0.0.1:9/',
      CHARSU_WEBHOOK_SECRET: 'whsec_AAAA, whsec_BBBB,',
    }
    const settings = appSettings({ ...ENV, ...more })
    expect(settings.publicUrl).toBe('http://localhost:5000')
    expect(settings.webhookSecrets).toEqual(['whsec_AAAA', 'whsec_BBBB'])
    expect(checkSettings(settings).charsuUrl).toBe('http://127.0.0.1:9')
    expect(appSettings({ ...ENV, PUBLIC_URL: 'https://visits.example/' }).publicUrl).toBe(
      'https://visits.example',
    )
  })
})

describe('settings', () => {
  test('that cannot be right are refused together, and no secret is repeated', () => {
    const make = () =>
      new App({
        ...appSettings(ENV),
        clientSecret: '',
        identificationKey: 'has a space',
        webhookSecrets: ['my-secret'],
        publicUrl: 'visits.example',
        basePath: 'charsu/',
      })
    expect(make).toThrow(
      /clientSecret is missing; identificationKey must be .*; webhookSecrets must .*; publicUrl must be .*; basePath must begin/,
    )
    expect(make).not.toThrow(/my-secret|has a space/)
  })

  test('with an address that paths cannot follow are refused', () => {
    for (const publicUrl of ['https://visits.example/?app=1', 'https://visits.example/#app']) {
      expect(() => new App({ ...appSettings(ENV), publicUrl })).toThrow('publicUrl must have nothing behind')
    }
  })

  test('with interceptors let them see each call to the platform, those for tokens too', async () => {
    const seen: string[] = []
    const { app } = appHarness(
      {
        interceptors: [
          async (request, next) => {
            const response = await next(request)
            seen.push(`${new URL(request.url).pathname} ${response.status}`)
            return response
          },
        ],
      },
      ({ path }) =>
        path === '/oauth2/token'
          ? Response.json({ access_token: 'ca_1', expires_in: 3600, scope: 'SEND_EVENT' })
          : undefined,
    )
    await app.oauth.exchange('cc_1')
    await app.client.getPost('flat')
    expect(seen).toEqual(['/oauth2/token 200', '/v1/open-platform/finder/post/flat 200'])
  })

  test('of JavaScript, where nothing checks types, are refused as clearly', () => {
    // @ts-expect-error nothing at all
    expect(() => new App({})).toThrow(/clientId is missing; clientSecret is missing.*publicUrl must be/)
    // @ts-expect-error no settings
    expect(() => new App()).toThrow('write new App(appSettings(process.env))')
    // @ts-expect-error a secret alone
    expect(() => new App({ webhookSecrets: 'whsec_x' })).toThrow('webhookSecrets must be a list')
  })
})
