import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Words } from './define-words.ts'

const SOURCES = join(import.meta.dirname, '..')
const FILES = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((file) =>
  /(^|[-/])words\.ts$/.test(file),
)

type Said = Readonly<Record<string, unknown>>

const flat = (said: Said, under = ''): [name: string, text: string][] =>
  Object.entries(said).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' ? [[`${under}${name}`, value]] : flat(value as Said, `${under}${name}.`),
  )
const values = (text: string): string[] =>
  [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name!).sort()

async function wordsOf(file: string): Promise<Words<Said>[]> {
  const module: Record<string, unknown> = await import(join(SOURCES, file))
  return Object.values(module).filter(
    (each): each is Words<Said> => typeof each === 'object' && each !== null && 'namespace' in each,
  )
}

test('both languages say the same things, with the same values in them, and Persian in Persian', async () => {
  const all = (await Promise.all(FILES.map(wordsOf))).flat()
  expect(all.length).toBeGreaterThanOrEqual(2)
  const namespaces = all.map(({ namespace }) => namespace)
  expect(new Set(namespaces).size, 'namespaces are used once').toBe(namespaces.length)
  for (const { namespace, en, fa } of all) {
    const persian = new Map(flat(fa))
    for (const [name, text] of flat(en)) {
      const said = persian.get(name) ?? ''
      expect(values(said), `${namespace}:${name}`).toEqual(values(text))
      expect(said.trim(), `${namespace}:${name}`).not.toBe('')
    }
    expect([...persian.keys()].sort()).toEqual(
      flat(en)
        .map(([name]) => name)
        .sort(),
    )
  }
})
