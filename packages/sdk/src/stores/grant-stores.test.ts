import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { describeGrantStore, grant } from '../../testing/grant-store-contract.ts'
import { FileGrants } from './files.ts'
import { MemoryGrants } from './memory-grants.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'charsu-grants-'))
})
afterEach(() => rm(folder, { recursive: true }))

describeGrantStore('in memory', () => new MemoryGrants())
describeGrantStore('in a file', () => new FileGrants(join(folder, 'grants.json')))

describe('the file', () => {
  const path = (): string => join(folder, 'grants.json')

  test('outlasts the process, and nothing lies beside it', async () => {
    await new FileGrants(path()).save(grant('a'))
    expect(await new FileGrants(path()).get('a')).toMatchObject({ accessToken: 'ca_a' })
    expect(await readdir(folder)).toEqual(['grants.json'])
  })

  test('is readable by its owner alone, also where one was there that others could read', async () => {
    await writeFile(path(), '{"grants": []}')
    await chmod(path(), 0o644)
    await new FileGrants(path()).save(grant('a'))
    expect((await stat(path())).mode & 0o777).toBe(0o600)
  })

  test('is not made by reading, nor written anew where nothing changed', async () => {
    const store = new FileGrants(path())
    await store.get('a')
    await store.delete('a')
    expect(await store.save(grant('a', { version: 3 }))).toBe(false)
    expect(await readdir(folder)).toEqual([])
  })

  test('loses nothing when many save at once', async () => {
    const store = new FileGrants(path())
    const ids = Array.from({ length: 50 }, (_, i) => `g${i}`)
    await Promise.all(ids.map((id) => store.save(grant(id))))
    expect((await store.ofUser('u1')).map(({ id }) => id)).toEqual(ids)
  })

  const broken = ['', '{', '[]', '{"grants": 1}', '{"grants": [{"id": "a"}]}', 'null', '{"grants": [null]}']
  test.each(broken)('that holds %j is left as it is, and the error says what to do', async (text) => {
    await writeFile(path(), text)
    const store = new FileGrants(path())
    await expect(store.save(grant('a'))).rejects.toThrow(
      `${path()} holds no list of grants, and is left as it is. Put a copy of it back, or delete it: then users have to connect again.`,
    )
    expect(await readFile(path(), 'utf8')).toBe(text)
    await rm(path())
    expect(await store.save(grant('a'))).toBe(true)
  })

  test('does not take what it could not read again', async () => {
    const store = new FileGrants(path())
    await store.save(grant('a'))
    await expect(store.save(grant('b', { expiresAt: Number.NaN }))).rejects.toThrow('save takes a Grant')
    await expect(store.save(grant('b', { scopes: undefined as never }))).rejects.toThrow('save takes a Grant')
    expect(await store.get('a')).toMatchObject({ accessToken: 'ca_a' })
  })

  test('that has become a folder is named, with what to do, and works again once it is gone', async () => {
    await mkdir(path())
    const store = new FileGrants(path())
    for (const call of [() => store.get('a'), () => store.save(grant('a'))]) {
      await expect(call()).rejects.toThrow(`${path()} cannot be read (EISDIR`)
    }
    await rm(path(), { recursive: true })
    expect(await store.save(grant('a'))).toBe(true)
  })

  test('is the old one or the new one when the process is killed in the middle of writing', async () => {
    const scopes = Array.from({ length: 2000 }, (_, i) => `CHAT_POST_CONVERSATIONS_READ.post-${i}`)
    await new FileGrants(path()).save(grant('a', { scopes }))
    const program = `
      const { FileGrants } = await import(${JSON.stringify(new URL('./files.ts', import.meta.url).href)})
      const store = new FileGrants(process.argv[1])
      for (;;) {
        const grant = await store.get('a')
        await store.save({ ...grant, accessToken: 'ca_' + grant.version })
        process.stdout.write('.')
      }`
    for (let kills = 0; kills < 3; kills++) {
      const writer = spawn(process.execPath, ['--input-type=module', '-e', program, path()], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      await once(writer.stdout, 'data')
      writer.kill('SIGKILL')
      await once(writer, 'close')
      const [found] = await new FileGrants(path()).ofUser('u1')
      expect(found?.scopes).toHaveLength(2000)
      expect(await new FileGrants(path()).save(found!)).toBe(true)
    }
  })

  test('in a folder that is not there says so', async () => {
    const store = new FileGrants(join(folder, 'missing', 'grants.json'))
    await expect(store.save(grant('a'))).rejects.toThrow(/ENOENT.*missing/)
  })
})
