import { parseArgs } from 'node:util'

export const SURFACES = ['public', 'own'] as const
export type Surface = (typeof SURFACES)[number]

export interface Flags {
  /** Print every request and its status. */
  verbose: boolean
  /** What is asked: what the published description has, or the surfaces that are ours. */
  surface: Surface
  /** Random requests over all operations together; 0 for none. */
  fuzz: number
  seed: number
  /** Of one failure, with its seed. */
  path?: string
  /** Ask this operation alone; its probes are left out. */
  operation?: string
}

export class FlagError extends Error {}

const FUZZED: Readonly<Record<Surface, number>> = { public: 10_000, own: 2_000 }
const MOST_FUZZED = 10_000_000
const WHOLE = /^-?\d{1,10}$/

/** Reads the command line. @throws FlagError that says what a flag must be. */
export function readFlags(args: readonly string[], makeSeed: () => number): Flags {
  const { values } = parsed(args)
  const { surface = 'public', path, operation } = values
  if (!isSurface(surface)) throw new FlagError(`--surface must be ${SURFACES.join(' or ')}, not ${surface}`)
  const fuzz = whole('--fuzz', values.fuzz ?? String(FUZZED[surface]))
  if (fuzz < 0 || fuzz > MOST_FUZZED) throw new FlagError(`--fuzz must be 0 to ${MOST_FUZZED}, not ${fuzz}`)
  if (path !== undefined && (values.seed === undefined || operation === undefined)) {
    throw new FlagError('--path needs the --seed and the --operation that it was printed with')
  }
  return {
    verbose: values.verbose ?? false,
    surface,
    fuzz,
    seed: values.seed === undefined ? makeSeed() : whole('--seed', values.seed),
    ...(path !== undefined && { path }),
    ...(operation !== undefined && { operation }),
  }
}

const isSurface = (text: string): text is Surface => SURFACES.some((each) => each === text)

function whole(name: string, text: string): number {
  if (!WHOLE.test(text)) throw new FlagError(`${name} must be a whole number, not ${text}`)
  return Number(text)
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: false,
      options: {
        verbose: { type: 'boolean' },
        surface: { type: 'string' },
        fuzz: { type: 'string' },
        seed: { type: 'string' },
        path: { type: 'string' },
        operation: { type: 'string' },
      },
    })
  } catch (error) {
    throw new FlagError((error as Error).message)
  }
}
