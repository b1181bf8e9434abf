import { createProgram } from '../packages/cli/src/program.ts'

/** The command line as it describes itself: to be read, for it prints nothing and knows no environment. */
export const describedProgram = (columns: number) =>
  createProgram({
    out: () => {},
    err: () => {},
    env: {},
    cwd: '/',
    isTerminal: false,
    showsProgress: false,
    colour: false,
    columns,
    signal: new AbortController().signal,
    node: 'node',
    pid: 0,
    uid: undefined,
    fetch,
  })
