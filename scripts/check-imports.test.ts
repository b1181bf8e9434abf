import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkImports } from './check-imports.ts'

describe('a checkout whose imports break a rule', () => {
  let root: string
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'charsu-imports-'))
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  const faults = (files: Record<string, string>): string[] => {
    for (const [file, source] of Object.entries(files)) {
      mkdirSync(dirname(join(root, file)), { recursive: true })
      writeFileSync(join(root, file), source)
    }
    return checkImports(root).map(({ file, line, rule }) => `${file}:${line}: ${rule}`)
  }
  const server = 'packages/server/src'
  const one = (file: string, source: string): string[] => faults({ [file]: source })

  test.each([
    [
      'a higher room',
      `${server}/db/x.ts`,
      '../http/route.ts',
      'db may not import http, which is on a higher line',
    ],
    [
      'the same line',
      `${server}/apps/x.ts`,
      '../media/y.ts',
      'apps may not import media, which is on the same line',
    ],
    [
      'the root from a room',
      `${server}/apps/x.ts`,
      '../server.ts',
      'apps may not import server, which is on a higher line',
    ],
    [
      'a room from a leaf',
      `${server}/config.ts`,
      './db/pool.ts',
      'config may not import db, which is on a higher line',
    ],
    [
      'a leaf above a leaf',
      `${server}/ids.ts`,
      './log.ts',
      'ids may not import log, which is on a higher line',
    ],
    [
      'a higher room in a test',
      `${server}/db/x.test.ts`,
      '../http/y.ts',
      'db may not import http, which is on a higher line',
    ],
    [
      'testing from the product',
      `${server}/db/x.ts`,
      '../../testing/y.ts',
      'testing/y.ts belongs to the tests',
    ],
    ['a test', `${server}/db/x.test.ts`, './y.test.ts', 'src/db/y.test.ts belongs to the tests'],
    [
      'a workspace by a path',
      `${server}/db/x.ts`,
      '../../../protocol/src/y.ts',
      'packages/server may not reach into packages/protocol by a path',
    ],
    [
      'bench from a package',
      `${server}/db/x.ts`,
      '../../../../bench/y.ts',
      'packages/server may not reach into bench by a path',
    ],
    ['a workspace above', `${server}/db/x.ts`, '@charsu/sdk/x', 'packages/server may not import @charsu/sdk'],
    [
      'itself by name',
      `${server}/db/x.ts`,
      '@charsu/server/http/route',
      'packages/server imports itself by name',
    ],
    [
      'anything from protocol',
      'packages/protocol/src/x.ts',
      '@charsu/server/ids',
      'packages/protocol may not import @charsu/server',
    ],
    [
      'the server from web',
      'packages/web/src/chat/x.tsx',
      '@charsu/server/ids',
      'packages/web may not import @charsu/server',
    ],
    [
      'an area of the pages from another',
      'packages/web/src/operator/apps/x.tsx',
      '../../console/y.tsx',
      'operator may not import console, which is on the same line',
    ],
    [
      'an area of the pages from what it stands on',
      'packages/web/src/ui/x.tsx',
      '../shell/y.ts',
      'ui may not import shell, which is on a higher line',
    ],
    [
      'the server from an example',
      'examples/a/x.ts',
      '@charsu/server/ids',
      'examples/a may not import @charsu/server',
    ],
  ])('%s', (_name, file, specifier, rule) => {
    expect(one(file, `// first line\nimport { x } from '${specifier}'\n`)).toEqual([`${file}:2: ${rule}`])
  })

  test.each([
    ['import type { x } from "SPEC"'],
    ["import 'SPEC'"],
    ["import x, {\n  y,\n} from 'SPEC'"],
    ["import * as x from 'SPEC'"],
    ["export * from 'SPEC'"],
    ["export type { x } from 'SPEC'"],
    ["const x = await import('SPEC')"],
    ["type X = import('SPEC').X"],
  ])('is found in whatever form: %s', (form) => {
    expect(one(`${server}/db/x.ts`, form.replace('SPEC', '../http/route.ts'))).toHaveLength(1)
  })

  test.each([...['utils', 'helpers', 'common', 'types', 'index']])('a file or folder named %s', (name) => {
    const rule = `the name ${name} does not say what is inside`
    const [file, folder, tested] = [
      `${server}/db/${name}.ts`,
      `${server}/db/${name}/x.ts`,
      `${server}/http/${name}.test.ts`,
    ]
    expect(faults({ [file]: '', [folder]: '', [tested]: '' }).toSorted()).toEqual(
      [file, folder, tested].map((each) => `${each}:1: ${rule}`).toSorted(),
    )
  })

  test('an unknown room, an unknown single file and an unknown package', () => {
    const rules = faults({
      [`${server}/billing/x.ts`]: '',
      [`${server}/stuff.ts`]: '',
      'packages/more/src/x.ts': '',
    })
    expect(rules).toEqual([
      'packages/more/src/x.ts:1: packages/more is not a known package',
      `${server}/billing/x.ts:1: billing is not a known room of packages/server/src`,
      `${server}/stuff.ts:1: stuff is not a known room of packages/server/src`,
    ])
  })

  test('what the ranks allow passes', () => {
    expect(
      faults({
        [`${server}/main.ts`]: "import { s } from './server.ts'\nimport { x } from './db/x.ts'",
        [`${server}/main.test.ts`]: "import { s } from './main.ts'",
        [`${server}/apps/x.ts`]:
          "import { e } from '../errors.ts'\nimport { p } from '@charsu/protocol/parse'",
        [`${server}/apps/x.test.ts`]:
          "import { n } from '../../testing/test-server.ts'\nimport { x } from './x.ts'",
        'packages/server/testing/test-server.ts': "import { createServer } from '../src/server.ts'",
        'packages/cli/src/start.ts': "import { createServer } from '@charsu/server/server'",
        'examples/a/x.ts': "import { p } from '@charsu/protocol/parse'\nimport fs from 'node:fs'",
        'e2e/story.test.ts': "import { n } from '../packages/server/testing/test-server.ts'",
        'packages/server/node_modules/x/index.ts': "import { n } from '../../src/server.ts'",
      }),
    ).toEqual([])
  })
})

test('this checkout keeps its ranks, and the command says so', () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, 'check-imports.ts')],
    {
      encoding: 'utf8',
    },
  )
  expect({ status, stdout, stderr }).toEqual({
    status: 0,
    stdout: 'imports: every room keeps its rank\n',
    stderr: '',
  })
})
