import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDevelopmentMarketplace } from '../../packages/server/src/host/development-marketplace.ts'
import { type TemporaryFolder, temporaryFolder } from '../../packages/server/testing/temporary-folder.ts'
import { startTestServer, type TestServer } from '../../packages/server/testing/test-server.ts'
import { charsu } from './charsu.ts'
import { putApp } from './put-app.ts'

let node: TestServer
let folder: TemporaryFolder

beforeAll(async () => {
  node = await startTestServer()
  await openDevelopmentMarketplace(node.db)
  folder = await temporaryFolder()
  await putApp(node.url, 'my-app', {})
  await putApp(node.url, 'shop', {})
})
afterAll(async () => {
  await node.close()
  await folder[Symbol.asyncDispose]()
})

const run = (words: string[], env: Record<string, string> = {}) =>
  charsu(words, { env: { CHARSU_URL: node.url, CHARSU_HOST_KEY: node.hostKey, ...env }, cwd: folder.path })

describe('what a command cannot do is said in words of this command line, not of the API beneath', () => {
  test.each([
    [['replay', '424242'], 1, 'there is no such delivery\n"charsu listen" shows the id of each delivery.\n'],
    [['replay', '../apps'], 2, '"../apps" is no id of a delivery: expected a number, such as 42\n'],
    [['snapshot', 'load', 'nowhere'], 1, 'there is no snapshot "nowhere"\n"charsu snapshot list" shows'],
    [['snapshot', 'remove', '..'], 2, '".." is no name of a snapshot'],
    [['snapshot', 'remove', './a.charsu-snapshot'], 2, '"./a.charsu-snapshot" is a file, and this removes'],
    [['apps', 'reject', 'shpo'], 1, 'there is no app "shpo". Did you mean "shop"?\ncharsu apps list shows'],
    [['apps', 'transfer', '..', 'sara'], 1, 'there is no app ".."'],
  ])('charsu %j', async (words, code, said) => {
    const ended = await run(words)
    expect([ended.code, ended.out]).toEqual([code, ''])
    expect(ended.err).toContain(`error: ${said}`)
    expect(ended.err).not.toMatch(/\/(?:dev|host)\/v1/)
  })

  test('a snapshot of a name that is taken', async () => {
    expect((await run(['snapshot', 'save', 'taken'])).code).toBe(0)
    const again = await run(['snapshot', 'save', 'taken'])
    expect([again.code, again.err]).toEqual([
      1,
      'error: there is a snapshot "taken" already\nChoose another name, or add --force to overwrite it.\n',
    ])
    expect((await run(['snapshot', 'save', 'taken', '--force'])).code).toBe(0)
  })
})

test('of several apps none is taken because it has the usual name: a folder says its own, or --app does', async () => {
  const unsaid = await run(['trigger', 'new-message'])
  expect([unsaid.code, unsaid.err]).toEqual([
    2,
    expect.stringMatching(/which app\?\nSay it with --app\. There are .*my-app.*shop/),
  ])
  await writeFile(join(folder.path, 'package.json'), '{"name":"shop"}')
  expect((await run(['trigger', 'new-message'])).err).not.toContain('which app?')
})
