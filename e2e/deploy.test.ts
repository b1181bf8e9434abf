import { existsSync, globSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { readConfig, SETTINGS } from '@charsu/server/config'
import { describe, expect, test } from 'vitest'

/** What can be known of deploy/ without building or running it: that everything it names is there. */

const ROOT = join(import.meta.dirname, '..')
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

const dockerfile = read('deploy/Dockerfile')
const unit = read('deploy/charsu.service')
const manifest = JSON.parse(read('package.json'))

/** Within so long every part of the program has ended, counted from the end of the stop delay. */
const LONGEST_STOP_S = Number(/LONGEST_STOP_MS = (\d+)_000/.exec(read('packages/server/src/main.ts'))?.[1])

/** The parser that the API description is written with; there is no dependency of our own on one. */
const yaml = createRequire(createRequire(import.meta.url).resolve('@fastify/swagger'))('yaml') as {
  parse(text: string): unknown
}

interface Service {
  image: string
  build?: { context: string; dockerfile: string }
  environment: Record<string, string>
  stop_grace_period: string
  volumes?: string[]
}

const compose = yaml.parse(read('deploy/compose.yaml')) as {
  services: Record<string, Service>
  volumes: Record<string, unknown>
}
const alerts = yaml.parse(read('deploy/alerts.yaml')) as {
  groups: { rules: { alert: string; expr: string; annotations: { summary: string } }[] }[]
}

const seconds = (duration = ''): number => {
  const [, amount, of] = /^(\d+)(s|m)$/.exec(duration) ?? []
  return Number(amount) * (of === 'm' ? 60 : 1)
}

/** `source` of each COPY that copies from the repository. */
const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+)$/gm)].flatMap(([, words = '']) =>
  words.split(' ').slice(0, -1),
)
/** What each of its stages does. */
const [, pagesStage = '', imageStage = ''] = dockerfile.split(/^FROM /m)

describe('the Dockerfile', () => {
  test('copies what is there, and what its list of exceptions lets through', () => {
    const letThrough = read('deploy/Dockerfile.dockerignore').match(/(?<=^!).+$/gm)
    expect(copied.length).toBeGreaterThan(5)
    for (const path of copied) {
      expect(existsSync(join(ROOT, path)), path).toBe(true)
      expect(letThrough).toContain(path)
    }
  })

  test('copies the manifest of every workspace, without which npm ci refuses', () => {
    const workspaces = globSync(
      manifest.workspaces.map((glob: string) => `${glob}/package.json`),
      { cwd: ROOT },
    )
    expect(workspaces.length).toBeGreaterThan(2)
    for (const path of workspaces) {
      for (const stage of [pagesStage, imageStage]) expect(stage).toContain(`COPY ${path} `)
    }
  })

  test('builds the pages, and brings nothing of that along but the pages', () => {
    expect(pagesStage).toContain('RUN npm run build --workspace packages/web')
    expect(imageStage).toMatch(/^COPY --from=pages \/srv\/pages\/packages\/web\/dist packages\/web\/dist$/m)
    expect(imageStage).toContain('npm ci --omit=dev --ignore-scripts')
    expect(imageStage).not.toContain('COPY packages/web ')
  })

  test('reads nothing for the pages that a build here has left behind', () => {
    const lines = read('deploy/Dockerfile.dockerignore').split('\n')
    for (const left of ['packages/web/dist', 'packages/web/node_modules']) {
      expect(lines.indexOf(left)).toBeGreaterThan(lines.indexOf('!packages/web'))
    }
  })

  test('runs the Node that the tests run on, pinned, as npm start does', () => {
    const images = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image = '']) => image)
    expect(images).toHaveLength(2)
    for (const image of images) expect(image).toMatch(new RegExp(`^node:${manifest.devDependencies.node}-`))
    const command = JSON.parse(/^CMD (.+)$/m.exec(dockerfile)?.[1] ?? '') as string[]
    expect(command.join(' ')).toBe(manifest.scripts.start)
  })

  test('runs as another user than root, and is healthy while it answers', () => {
    expect(/^USER (\S+)$/m.exec(dockerfile)?.[1]).toBe('node')
    expect(dockerfile.indexOf('\nUSER ')).toBeLessThan(dockerfile.indexOf('\nCMD '))
    expect(/^HEALTHCHECK [\s\S]+?\n\n/m.exec(dockerfile)?.[0]).toContain('/healthz')
  })

  test('installs all that the sources import: nothing of them is a development dependency', () => {
    for (const workspace of ['packages/protocol', 'packages/server']) {
      const { dependencies } = JSON.parse(read(`${workspace}/package.json`))
      const sources = globSync(`${workspace}/src/**/*.ts`, { cwd: ROOT, exclude: ['**/*.test.ts'] })
      const imported = sources.flatMap((path) =>
        [...read(path).matchAll(/(?:from|import)\s*\(?'([a-z@][\w@./:-]*)'/g)].map(([, name = '']) => name),
      )
      const packages = imported
        .filter((name) => !name.startsWith('node:'))
        .map((name) => name.split('/', name.startsWith('@') ? 2 : 1).join('/'))
      expect(packages.length).toBeGreaterThan(5)
      expect([...new Set(packages)].filter((name) => !(name in dependencies))).toEqual([])
    }
  })
})

describe('the systemd unit', () => {
  const entries = [...unit.matchAll(/^(\w+)=(.*)$/gm)].map(([, key = '', value = '']) => [key, value])
  const settings = Object.fromEntries(entries) as Record<string, string>

  test('has sections, settings and comments, and nothing else', () => {
    const others = unit
      .split('\n')
      .filter((line) => !/^(#.*|\[(Unit|Service|Install)\]|[A-Z]\w+=.*|)$/.test(line))
    expect(others).toEqual([])
  })

  test('starts what npm start starts, as a user of its own', () => {
    expect(settings.ExecStart).toBe(`/usr/bin/${manifest.scripts.start}`)
    expect(settings.User).toBe('charsu')
  })

  test('waits for the end for longer than it takes, and kills only what is left', () => {
    expect(seconds(settings.TimeoutStopSec)).toBeGreaterThan(LONGEST_STOP_S)
    expect(settings.KillMode).toBe('mixed')
  })
})

describe('the compose file', () => {
  const { postgres, charsu } = compose.services as { postgres: Service; charsu: Service }

  test('builds from a Dockerfile that is there, and pins what it does not build', () => {
    expect(existsSync(join(ROOT, 'deploy', charsu.build!.context, charsu.build!.dockerfile))).toBe(true)
    expect(postgres.image).toMatch(/^postgres:\d+\.\d+/)
  })

  test('gives the server all that production needs', () => {
    const given = { CHARSU_MODE: 'production', ...charsu.environment }
    const filled = Object.fromEntries(
      Object.entries(given).map(([name, value]) => [name, value.replace(/\$\{(\w+):\?[^}]*\}/g, filling)]),
    )
    expect(readConfig(withDefaults(filled))).toMatchObject({ mode: 'production' })
  })

  test('waits for the end for longer than it takes', () => {
    expect(seconds(charsu.stop_grace_period)).toBeGreaterThan(LONGEST_STOP_S)
  })

  test('keeps the database in a volume that it declares', () => {
    const [volume] = postgres.volumes!.map((each) => each.split(':', 1)[0]!)
    expect(Object.keys(compose.volumes)).toContain(volume)
  })
})

/** What somebody would fill in. */
const filling = (_: string, name: string): string =>
  name === 'CHARSU_PUBLIC_URL' ? 'https://chat.example' : `${name}-`.padEnd(40, 'x')

const withDefaults = (env: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, value.replace(/\$\{\w+:-([^}]*)\}/g, '$1')]),
  )

test('the example of the settings, filled in, is a production server', () => {
  const lines = read('deploy/charsu.env.example').match(/^\w+=.*$/gm)!
  const env = Object.fromEntries(
    lines.map((line) => {
      const [name = '', value = ''] = line.split(/=(.*)/s)
      return [name, value || filling('', name)]
    }),
  )
  expect(readConfig(env)).toMatchObject({ mode: 'production', publicUrl: 'https://chat.example' })
})

describe('the rules for Prometheus', () => {
  const rules = alerts.groups.flatMap((group) => group.rules)

  test('ask for metrics that there are', () => {
    const served = globSync('packages/server/src/observe/*.ts', { cwd: ROOT, exclude: ['**/*.test.ts'] })
      .map(read)
      .join('')
    const asked = rules.flatMap(({ expr }) => expr.match(/\b(?:charsu|nodejs|process)_\w+/g) ?? [])
    expect(asked.length).toBeGreaterThan(10)
    const own = asked.filter((name) => name.startsWith('charsu_')).map((name) => name.replace(/_bucket$/, ''))
    expect(own.filter((name) => !served.includes(`'${name}'`))).toEqual([])
    const documented = read('docs/observability.md')
    expect(asked.filter((name) => !documented.includes(name.replace(/_bucket$/, '')))).toEqual([])
  })

  test('are all explained, and all that is explained is a rule', () => {
    const explained = read('docs/operations.md').match(/`Charsu\w+`/g)!
    expect(new Set(explained)).toEqual(new Set(rules.map(({ alert }) => `\`${alert}\``)))
  })

  test('each say what is the matter', () => {
    for (const { annotations } of rules) expect(annotations.summary).toMatch(/\w/)
  })
})

const TEXTS = globSync(['*.md', 'docs/**/*.md', 'deploy/*'], { cwd: ROOT }).toSorted()
/** Not of the server: for whoever runs its tests. */
const OF_TESTS = new Set([
  'CHARSU_PUBLIC_API',
  'CHARSU_FAULT_SEED',
  'CHARSU_FAULT_MUTANT',
  'CHARSU_TEST_POSTGRES',
  'CHARSU_BROWSER',
])

/** Not of the server either: what apps and the command line read. */
const OF_APPS_AND_COMMANDS = new Set(
  globSync('packages/{sdk,cli}/src/**/*.ts', { cwd: ROOT, exclude: ['**/*.test.ts'] }).flatMap((file) =>
    [...read(file).matchAll(/(?:'|\benv\.)(CHARSU_[A-Z]+(?:_[A-Z]+)*)\b/g)].map(([, name = '']) => name),
  ),
)

test.each(TEXTS)('%s names only settings that there are', (path) => {
  const named = read(path).match(/\bCHARSU_[A-Z]+(?:_[A-Z]+)*\b(?!_)/g) ?? []
  const isKnown = (name: string): boolean =>
    name in SETTINGS || OF_TESTS.has(name) || OF_APPS_AND_COMMANDS.has(name)
  expect(named.filter((name) => !isKnown(name))).toEqual([])
})

test.each(TEXTS)('%s names only files that there are', (path) => {
  const files =
    read(path).match(/(?<=`)(?:packages|e2e|bench|scripts|deploy|docs|examples)\/[\w./-]+\.\w+(?=`)/g) ?? []
  expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([])
})

test('each promise of delivery is kept by tests that there are', () => {
  const section = read('docs/delivery.md').split('## Promises')[1] ?? ''
  const rows = [...section.matchAll(/^\| (?!promise|---)(.+?) \| (.+) \|$/gm)]
  expect(rows.length).toBeGreaterThanOrEqual(12)
  for (const [, promise = '', tests = ''] of rows) {
    const named = tests.match(/(?<=`)[^`]+\.ts(?=`)/g) ?? []
    expect(named.length, promise).toBeGreaterThan(0)
    const missing = named.filter(
      (file) => !existsSync(join(ROOT, file.startsWith('e2e/') ? '' : 'packages/server/src', file)),
    )
    expect(missing, promise).toEqual([])
  }
})
