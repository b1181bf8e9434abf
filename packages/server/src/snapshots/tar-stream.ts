import { Header } from 'tar'

/** A file inside a tar, read or to be written. */
export interface TarEntry {
  path: string
  size: number
  body: AsyncIterable<Buffer>
}

export class TarFault extends Error {}

const BLOCK = 512
const padding = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK

/** The bytes of a tar with these files, in their order; each body is read when its turn comes. */
export async function* writeTar(entries: AsyncIterable<TarEntry>, mtime: Date): AsyncGenerator<Buffer> {
  for await (const { path, size, body } of entries) {
    const header = new Header({ path, size, mode: 0o600, type: 'File', mtime, uid: 0, gid: 0 })
    const block = Buffer.alloc(BLOCK)
    if (header.encode(block)) throw new TarFault(`the path ${path} is too long for a tar`)
    yield block
    let written = 0
    for await (const chunk of body) {
      written += chunk.length
      yield chunk
    }
    if (written !== size) throw new TarFault(`${path} has ${written} bytes, and should have ${size}`)
    yield Buffer.alloc(padding(size))
  }
  yield Buffer.alloc(2 * BLOCK)
}

/**
 * The files in a tar, one after another; whatever is left of a body is passed by. Plain files alone: a snapshot holds
 * no link, no folder and nothing else that a path could be bent by.
 * @throws TarFault for a tar that is damaged, ends in the middle, or holds another kind of entry.
 */
export async function* readTar(source: AsyncIterable<Buffer>): AsyncGenerator<TarEntry> {
  const bytes = new ByteReader(source)
  for (;;) {
    const block = await bytes.exactly(BLOCK)
    if (isZero(block)) {
      // What packed it says at its own end whether all of it came.
      for await (const chunk of bytes.rest())
        if (!isZero(chunk)) throw new TarFault('it goes on after its end')
      return
    }
    const header = new Header(block)
    const { path, size, type } = header
    if (!header.cksumValid) throw new TarFault('a header in it is damaged')
    if (path === undefined || size === undefined) throw new TarFault('a header in it is not complete')
    if (type !== 'File') throw new TarFault(`${JSON.stringify(path)} in it is no plain file (${type})`)
    const body = bytes.next(size)
    yield { path, size, body }
    for await (const _ of body) {
      // What its reader left.
    }
    await bytes.exactly(padding(size))
  }
}

const isZero = (bytes: Buffer): boolean => bytes.every((byte) => byte === 0)

class ByteReader {
  readonly #source: AsyncIterator<Buffer>
  #rest: Buffer = Buffer.alloc(0)

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  async exactly(size: number): Promise<Buffer> {
    const chunks: Buffer[] = []
    for await (const chunk of this.next(size)) chunks.push(chunk)
    return Buffer.concat(chunks)
  }

  /** The next bytes, as they come. Whoever stops in the middle may go on with the same iterable. */
  next(size: number): AsyncIterableIterator<Buffer> {
    let left = size
    const iterator: AsyncIterableIterator<Buffer> = {
      [Symbol.asyncIterator]: () => iterator,
      next: async () => {
        if (left === 0) return { done: true, value: undefined }
        const chunk = await this.#take(left)
        left -= chunk.length
        return { done: false, value: chunk }
      },
    }
    return iterator
  }

  async *rest(): AsyncGenerator<Buffer> {
    yield this.#rest
    for (let next = await this.#source.next(); !next.done; next = await this.#source.next()) yield next.value
  }

  async #take(most: number): Promise<Buffer> {
    while (this.#rest.length === 0) {
      const { done, value } = await this.#source.next()
      if (done) throw new TarFault('it ends in the middle')
      this.#rest = value
    }
    const chunk = this.#rest.subarray(0, most)
    this.#rest = this.#rest.subarray(chunk.length)
    return chunk
  }
}
