import { expect, test } from 'vitest'
import { isLoopbackHost, isOwnOrigin } from './site.ts'

const site = { publicUrl: 'http://localhost:4400' }

test('in development this machine is reached by its loopback names, and by no name of another site', () => {
  for (const host of [
    undefined,
    'localhost',
    'LOCALHOST:4400',
    '127.0.0.1:4400',
    '[::1]:4400',
    'a.localhost:4400',
  ])
    expect(isLoopbackHost(host)).toBe(true)
  for (const host of [
    'evil.example',
    'evil.example:4400',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '',
    '10.0.0.1',
  ])
    expect(isLoopbackHost(host)).toBe(false)
})

test('in development every loopback name with our port is our own page', () => {
  for (const origin of [
    'http://localhost:4400',
    'http://127.0.0.1:4400',
    'http://[::1]:4400',
    'http://seller.localhost:4400',
  ])
    expect(isOwnOrigin(origin, site, 'development')).toBe(true)
  for (const origin of ['http://localhost:4401', 'http://localhost', 'https://evil.example:4400', 'null', ''])
    expect(isOwnOrigin(origin, site, 'development')).toBe(false)
})

test('in production the public URL alone is', () => {
  const open = { publicUrl: 'https://charsu.example' }
  expect(isOwnOrigin('https://charsu.example', open, 'production')).toBe(true)
  for (const origin of [
    'http://charsu.example',
    'https://charsu.example:8443',
    'http://localhost',
    'https://a.charsu.example',
  ])
    expect(isOwnOrigin(origin, open, 'production')).toBe(false)
})
