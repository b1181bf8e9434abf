import { readFile, rename, writeFile } from 'node:fs/promises'

/** The visit that is being planned in one conversation. */
export interface Visit {
  conversationId: string
  postToken: string
  /** A time as ISO 8601. */
  picked: string | null
}

/** A page that one user may open for a while. */
export interface OpenPage {
  postToken: string
  returnUrl: string
  /** Milliseconds since 1970. */
  expiresAt: number
}

export interface State {
  /** By conversation id. */
  visits: Record<string, Visit>
  /** By ticket. */
  pages: Record<string, OpenPage>
}

const empty = (): State => ({ visits: {}, pages: {} })

/** All that the app itself remembers: a few objects in memory, and in a JSON file if it is given one. */
export class Store {
  readonly state: State
  readonly #file: string | undefined
  #writing: Promise<void> = Promise.resolve()

  private constructor(state: State, file: string | undefined) {
    this.state = state
    this.#file = file
  }

  static async open(file?: string): Promise<Store> {
    return new Store(file === undefined ? empty() : await read(file), file)
  }

  /** Changes the state at once; resolves when the change is on disk. */
  async change(apply: (state: State) => void): Promise<void> {
    apply(this.state)
    const file = this.#file
    if (file === undefined) return
    this.#writing = this.#writing.catch(() => {}).then(() => write(file, this.state))
    await this.#writing
  }
}

async function read(file: string): Promise<State> {
  try {
    return { ...empty(), ...JSON.parse(await readFile(file, 'utf8')) }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return empty()
    throw error
  }
}

/** By way of a second file, so that a crash in the middle leaves the old state whole. It holds tickets: ours alone. */
async function write(file: string, state: State): Promise<void> {
  const next = `${file}.next`
  await writeFile(next, JSON.stringify(state, null, 2), { mode: 0o600 })
  await rename(next, file)
}
