/** Who may import whom. The tables below are the architecture; everything else here only reads them. */

/** Workspaces that each workspace may import, through their exports. */
const WORKSPACES: Readonly<Record<string, readonly string[]>> = {
  'packages/protocol': [],
  'packages/server': ['protocol'],
  'packages/sdk': ['protocol'],
  'packages/web': ['sdk', 'protocol'],
  'packages/cli': ['server', 'sdk', 'protocol'],
}
const EXAMPLES_MAY_IMPORT: readonly string[] = ['sdk', 'protocol']

/** Places that use the product from outside, so nothing of ours may import them and they may import everything. */
const OUTSIDE = new Set(['e2e', 'bench', 'scripts'])

type Rooms = readonly (readonly string[])[]

const SERVER_ROOMS: Rooms = [
  ['main'],
  ['processes'],
  ['server'],
  ['server-interface'],
  ['housekeeping-tasks', 'development-surface'],
  ['development', 'demo-bot', 'operator', 'snapshots'],
  ['host', 'me', 'console', 'web', 'observe'],
  ['actions', 'oauth'],
  ['conversations', 'notices', 'media', 'marketplace', 'apps'],
  ['events'],
  ['delivery'],
  ['http'],
  ['access'],
  ['outbound'],
  ['db'],
  // The leaves, single files, in an order of their own.
  ['config'],
  ['settings'],
  ['command-line'],
  ['setting-checks'],
  ['media-settings'],
  ['log'],
  ['logged-error'],
  ['errors'],
  ['clock'],
  ['ids'],
  ['version'],
]

const WEB_ROOMS: Rooms = [
  ['main'],
  ['router'],
  ['playground', 'console', 'operator'],
  ['chat', 'desk'],
  ['shell'],
  ['ui'],
  ['i18n', 'api'],
  ['styles.css'],
]

/** Rooms of a workspace's src from the top down: a room imports only rooms on a lower line, never on its own. */
const ROOMS: Readonly<Record<string, Rooms>> = {
  'packages/server': SERVER_ROOMS,
  'packages/web': WEB_ROOMS,
}

/** Names that say nothing about what is inside, so everything ends up there. */
const EMPTY_NAMES = new Set(['utils', 'helpers', 'common', 'types', 'index'])

export interface Import {
  line: number
  specifier: string
}

export interface Fault {
  file: string
  line: number
  rule: string
  fix: string
}

type Complaint = Pick<Fault, 'rule' | 'fix'>

/** Where a file stands. `room` is set in the src of workspaces that have rooms. */
interface Place {
  workspace: string
  /** The path inside the workspace. */
  path: string
  room?: string
  isTest: boolean
  isTesting: boolean
}

function place(file: string): Place {
  const parts = file.split('/')
  const depth = parts[0] === 'packages' || parts[0] === 'examples' ? 2 : 1
  const path = parts.slice(depth)
  const stem = (name = ''): string => name.replace(/(\.test)?\.tsx?$/, '')
  const workspace = parts.slice(0, depth).join('/')
  return {
    workspace,
    path: path.join('/'),
    ...(ROOMS[workspace] && path[0] === 'src' && { room: stem(path[1]) }),
    isTest: /\.test\.tsx?$/.test(file),
    isTesting: path[0] === 'testing',
  }
}

const rank = (workspace: string, room: string): number =>
  ROOMS[workspace]?.findIndex((line) => line.includes(room)) ?? -1

const mayImport = (workspace: string): readonly string[] | undefined =>
  workspace.startsWith('examples/') ? EXAMPLES_MAY_IMPORT : WORKSPACES[workspace]

/** What is wrong with where a file lies, whatever it imports. */
export function judgeFile(file: string): Complaint[] {
  const { workspace, path, room } = place(file)
  const found: Complaint[] = []
  if (workspace.startsWith('packages/') && !WORKSPACES[workspace]) {
    found.push({
      rule: `${workspace} is not a known package`,
      fix: 'put the file into a known one, or add the package with its imports to scripts/import-rules.ts',
    })
  }
  if (room !== undefined && rank(workspace, room) < 0) {
    found.push({
      rule: `${room} is not a known room of ${workspace}/src`,
      fix: 'put the file into a known room, or give the new one its line in scripts/import-rules.ts',
    })
  }
  const names = path.split('/').map((name) => name.replace(/\..*$/, ''))
  const empty = names.find((name) => EMPTY_NAMES.has(name))
  if (empty !== undefined && !OUTSIDE.has(workspace)) {
    found.push({
      rule: `the name ${empty} does not say what is inside`,
      fix: 'name the file or folder after the one thing it does',
    })
  }
  return found
}

/** Why this import may not be, or undefined. `target` is the path from the root of a relative one. */
export function judgeImport(
  file: string,
  { specifier }: Import,
  target: string | undefined,
): Complaint | undefined {
  const from = place(file)
  if (OUTSIDE.has(from.workspace)) return undefined
  if (target === undefined) return judgePackageImport(from, specifier)
  const to = place(target)
  if (to.workspace !== from.workspace) {
    return {
      rule: `${from.workspace} may not reach into ${to.workspace} by a path`,
      fix: `import what it exports, as @charsu/${to.workspace.split('/').at(-1)}/<file>, if the ranks allow it`,
    }
  }
  return judgeOwnImport(from, to)
}

function judgePackageImport(from: Place, specifier: string): Complaint | undefined {
  const name = /^@charsu\/([^/]+)/.exec(specifier)?.[1]
  if (name === undefined) return undefined
  if (from.workspace === `packages/${name}`) {
    return {
      rule: `${from.workspace} imports itself by name`,
      fix: 'use a relative path, whose room can be checked',
    }
  }
  const allowed = mayImport(from.workspace) ?? []
  if (allowed.includes(name)) return undefined
  return {
    rule: `${from.workspace} may not import @charsu/${name}`,
    fix: `it may import ${allowed.join(', ') || 'no other workspace'}: move the code to where it belongs`,
  }
}

function judgeOwnImport(from: Place, to: Place): Complaint | undefined {
  if (from.isTesting) return undefined
  if (to.isTesting || to.isTest) {
    if (from.isTest && to.isTesting) return undefined
    return {
      rule: `${to.path} belongs to the tests`,
      fix: 'only *.test.ts files may import testing/, and nobody may import a test: move what is shared',
    }
  }
  if (from.room === undefined || to.room === undefined || from.room === to.room) return undefined
  const [ours, theirs] = [rank(from.workspace, from.room), rank(to.workspace, to.room)]
  if (ours < theirs) return undefined
  const relation = ours === theirs ? 'on the same line' : 'on a higher line'
  return {
    rule: `${from.room} may not import ${to.room}, which is ${relation}`,
    fix: `move what is shared to a room below both, or let ${to.room} take it as a parameter (scripts/import-rules.ts has the lines)`,
  }
}
