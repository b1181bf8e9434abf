import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { appUrlOf, type KenarOptions, kenarSettings, withKenarOptions } from './kenar-options.ts'

const io = { env: { DIVAR_KEY: 'from the environment' }, cwd: tmpdir() }

const parsed = (words: readonly string[]): KenarOptions =>
  withKenarOptions(new Command())
    .argument('[command...]')
    .parse([...words], { from: 'user' })
    .opts()
const settings = (...words: string[]) => kenarSettings(io, parsed(['--as-kenar', ...words]))

describe('what a Kenar app is told to Charsu with', () => {
  test('all of it', async () => {
    expect(
      await settings(
        ...['--api-key', 'env:DIVAR_KEY', '--client-secret', 'secret', '--identification-key', 'ident'],
        ...['--events-url', '/hook', '--session-url', 'https://app.example.ir/s', '--session-version', '1'],
        ...['--action-url', '/a', '--redirect-uri', '/cb', '--redirect-uri', 'https://app.example.ir/cb2'],
        ...[
          '--public-url',
          'https://app.example.ir/',
          '--host-header',
          'app.example.ir',
          '--',
          'node',
          'app.js',
        ],
      ),
    ).toEqual({
      apiKey: 'from the environment',
      clientSecret: 'secret',
      identificationKey: 'ident',
      eventsUrl: '/hook',
      sessionUrl: 'https://app.example.ir/s',
      sessionVersion: 1,
      actionUrl: '/a',
      redirectUris: ['/cb', 'https://app.example.ir/cb2'],
      publicUrl: 'https://app.example.ir',
      hostHeader: 'app.example.ir',
    })
  })

  test('a secret may come from the .env that the app reads', async () => {
    const cwd = await mkdtemp(join(tmpdir(), 'charsu-options-'))
    await writeFile(join(cwd, '.env'), 'OWN_KEY="from the file" # a comment\nDIVAR_KEY=no\n')
    const read = (name: string) => kenarSettings({ ...io, cwd }, { asKenar: true, apiKey: `env:${name}` })
    expect((await read('OWN_KEY'))?.apiKey).toBe('from the file')
    expect((await read('DIVAR_KEY'))?.apiKey).toBe('from the environment')
    await rm(cwd, { recursive: true })
  })

  test.each([
    [['--api-key', 'env:NOWHERE'], 'NOWHERE'],
    [['--events-url', 'hook'], '--events-url "hook"'],
    [['--events-url', '//evil.example'], '--events-url'],
    [['--redirect-uri', 'myapp://cb'], '--redirect-uri'],
    [['--public-url', 'app.example.ir'], '--public-url'],
    [['--public-url', 'https://app.example.ir/path'], '--public-url'],
    [['--session-version', '3'], '--session-version "3"'],
  ])('%j cannot be meant', async (words, said) => {
    await expect(settings(...words)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(said),
    })
  })

  test('without --as-kenar there is none, and what is only for it is refused', async () => {
    expect(await kenarSettings(io, parsed(['--host-header', 'a.example']))).toBeNull()
    await expect(kenarSettings(io, parsed(['--api-key', 'x']))).rejects.toMatchObject({
      exitCode: 2,
      hint: expect.stringContaining('--as-kenar'),
    })
  })
})

test('--app-port is short for an address on this machine', () => {
  expect(appUrlOf({ appPort: '8000' }, undefined)).toBe('http://localhost:8000')
  expect(appUrlOf({}, 'http://localhost:9000')).toBe('http://localhost:9000')
  expect(() => appUrlOf({ appPort: '8000' }, 'http://localhost:9000')).toThrow('--app and --app-port')
  for (const appPort of ['0', '70000', 'x', ''])
    expect(() => appUrlOf({ appPort }, undefined)).toThrow('no port')
})
