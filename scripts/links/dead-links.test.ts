import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../packages/server/testing/temporary-folder.ts'
import { deadLinks, pagesOf } from './dead-links.ts'

const CHECKOUT = join(import.meta.dirname, '../..')

test('no page of this repository has a link that leads nowhere', () => {
  expect(pagesOf(CHECKOUT).flatMap((page) => deadLinks(CHECKOUT, page))).toEqual([])
})

test('a missing file and a missing heading are found, and nothing else is', async () => {
  await using folder = await temporaryFolder()
  await mkdir(join(folder.path, 'docs'))
  const page = [
    '# A page',
    '[there](docs/b.md), [heading](docs/b.md#what-is-it-for), [code](docs/b.md#the-save-call), [twice](docs/b.md#twice-1)',
    '[self](#a-page) [folder](docs/) [web](https://charsu.example/none) `[code](none.md)`',
    '```md',
    '[fenced](none.md)',
    '```',
    '[gone](docs/c.md) [no heading](docs/b.md#what) [none here](#b)',
  ]
  await writeFile(join(folder.path, 'a.md'), page.join('\n'))
  await writeFile(
    join(folder.path, 'docs/b.md'),
    '# B\n## What is it for?\n## The `save` call\n## Twice\n## Twice\n',
  )
  expect(pagesOf(folder.path)).toEqual(['a.md', 'docs/b.md'])
  expect(deadLinks(folder.path, 'a.md')).toEqual(['a.md: docs/c.md', 'a.md: docs/b.md#what', 'a.md: #b'])
})
