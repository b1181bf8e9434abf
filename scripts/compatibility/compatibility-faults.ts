import { SCOPE_NAMES } from '@charsu/protocol/scopes'
import type { PageFacts, PublicRoute } from './compatibility-page.ts'
import { OLDER_FORMS, type OlderForm } from './older-forms.ts'
import { type Pin, SERVED_OPERATIONS, type ServedOperation } from './served-operations.ts'

export interface Claims {
  served: Readonly<Record<string, ServedOperation>>
  older: readonly OlderForm[]
}

const PUBLIC_API = /^\/(v1|v2|experimental)\/open-platform\//

/**
 * Where the page would say something that is not so: of the routes, of the decisions of the conformance run, of the
 * contract's sections, or of the tests.
 * @param read the text of a file of the checkout, or null when there is none.
 */
export function compatibilityFaults(
  facts: PageFacts,
  read: (file: string) => string | null,
  { served, older }: Claims = { served: SERVED_OPERATIONS, older: OLDER_FORMS },
): string[] {
  return [
    ...servedFaults(facts, served),
    ...older.flatMap((each) => olderFaults(facts, each)),
    ...unlistedRoutes(facts, { served, older }),
    ...Object.entries(served).flatMap(([id, { tests }]) => pinFaults(id, tests, read)),
    ...older.flatMap(({ form, tests }) => pinFaults(form, tests, read)),
  ]
}

function servedFaults({ routes, decided, sections }: PageFacts, served: Claims['served']): string[] {
  const claimed = Object.keys(served)
  const unclaimed = decided.served.filter((id) => !claimed.includes(id))
  return [
    ...unclaimed.map((id) => `${id} is served: add its row to scripts/compatibility/served-operations.ts`),
    ...Object.entries(served).flatMap(([id, { section, scopes }]) => [
      ...(decided.served.includes(id) ? [] : [`${id} is not served by scripts/conformance/cases.ts`]),
      ...(routes.some(({ operation }) => operation === id) ? [] : [`${id} has no route`]),
      ...(sections.has(section) ? [] : [`${id}: docs/wire-contract.md has no section ${section}`]),
      ...scopes
        .filter((scope) => !SCOPE_NAMES.some((name) => name === scope.split('.', 1)[0]))
        .map((scope) => `${id}: ${scope} is no scope`),
    ]),
    ...decided.notServed
      .filter((id) => routes.some(({ operation }) => operation === id))
      .map((id) => `${id} has a route, but scripts/conformance/cases.ts says that it is not served`),
  ]
}

function olderFaults({ routes, sections }: PageFacts, { form, route, section }: OlderForm): string[] {
  const isServed = route === undefined || routes.some((each) => serves(each, route.method, route.path))
  return [
    ...(isServed ? [] : [`${form}: no route serves it`]),
    ...(sections.has(section) ? [] : [`${form}: docs/wire-contract.md has no section ${section}`]),
  ]
}

const serves = (route: PublicRoute, method: string, path: string): boolean =>
  route.method === method && [route.path, ...(route.aliases ?? [])].includes(path)

/** Paths of the public API that the page says nothing of. */
function unlistedRoutes({ routes }: PageFacts, { served, older }: Claims): string[] {
  return routes.flatMap(({ method, path, aliases = [], operation }) =>
    [path, ...aliases]
      .filter((each) => PUBLIC_API.test(each))
      .filter((each) => !(each === path && Object.hasOwn(served, operation)))
      .filter((each) => !older.some(({ route }) => route?.method === method && route.path === each))
      .map((each) => `${method} ${each} is served: list it in scripts/compatibility/older-forms.ts`),
  )
}

function pinFaults(what: string, tests: readonly Pin[], read: (file: string) => string | null): string[] {
  if (tests.length === 0) return [`${what} has no test`]
  return tests.flatMap(({ file, title }) => {
    const text = read(file)
    if (text === null) return [`${what}: there is no ${file}`]
    return text.includes(title) ? [] : [`${what}: ${file} has no test “${title}”`]
  })
}
