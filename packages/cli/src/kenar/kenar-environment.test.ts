import { expect, test } from 'vitest'
import { kenarEnvironment } from './kenar-environment.ts'

const trust = { ours: '/t/charsu.pem', all: '/t/all.pem', php: '/t' }
const environment = (given: Record<string, string> = {}) =>
  kenarEnvironment({ proxyUrl: 'http://127.0.0.1:4481', trust, given })

test('programs that add an authority get ours, those that trust one file get all', () => {
  expect(environment()).toMatchObject({
    HTTPS_PROXY: 'http://127.0.0.1:4481',
    https_proxy: 'http://127.0.0.1:4481',
    HTTP_PROXY: 'http://127.0.0.1:4481',
    http_proxy: 'http://127.0.0.1:4481',
    NODE_USE_ENV_PROXY: '1',
    NODE_EXTRA_CA_CERTS: '/t/charsu.pem',
    DENO_CERT: '/t/charsu.pem',
    SSL_CERT_FILE: '/t/all.pem',
    REQUESTS_CA_BUNDLE: '/t/all.pem',
    CURL_CA_BUNDLE: '/t/all.pem',
  })
})

test('this machine is called without the proxy, and so is what the developer excepted', () => {
  const { NO_PROXY, no_proxy } = environment({ NO_PROXY: 'db.internal, 10.0.0.0/8 localhost' })
  expect(NO_PROXY).toBe('localhost,127.0.0.1,::1,.localhost,db.internal,10.0.0.0/8')
  expect(no_proxy).toBe(NO_PROXY)
})

test.each(['*', 'ir', '.ir', 'divar.ir', '.divar.ir', '*.divar.ir', 'API.divar.ir', 'api.divar.ir:443'])(
  'the exception %s, which would send Kenar past the proxy, is left out',
  (exception) => {
    expect(environment({ no_proxy: `${exception},kept.example` }).NO_PROXY).toBe(
      'localhost,127.0.0.1,::1,.localhost,kept.example',
    )
  },
)

test('PHP reads our settings after its own', () => {
  expect(environment().PHP_INI_SCAN_DIR).toBe(':/t')
  expect(environment({ PHP_INI_SCAN_DIR: '/etc/php' }).PHP_INI_SCAN_DIR).toBe('/etc/php:/t')
})
