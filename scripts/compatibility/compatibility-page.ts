import { OLDER_FORMS, type OlderForm } from './older-forms.ts'
import { type Pin, SERVED_OPERATIONS, type ServedOperation } from './served-operations.ts'

/** What is needed of a route of the server. */
export interface PublicRoute {
  method: string
  path: string
  aliases?: readonly string[]
  operation: string
  permission?: string
}

export interface PageFacts {
  routes: readonly PublicRoute[]
  /** Ids of the public description's operations, by the decisions of the conformance run. */
  decided: { served: readonly string[]; notServed: readonly string[] }
  /** What the sections of docs/wire-contract.md are called, by number. */
  sections: ReadonlyMap<number, string>
}

/** A row whose operation has no route is still written; `compatibilityFaults` names it. */
const UNKNOWN = '?'

/** docs/compatibility.md, as Markdown. */
export function compatibilityPage(facts: PageFacts): string {
  const { served, notServed } = facts.decided
  return `# Compatibility

Charsu serves the part of Kenar's public API that is about chat: conversations, chatbots, events, consent, and the
users and posts they are about. This page lists every operation of the published description, and every older form
that clients still use, with its state. The rules are in [the wire contract](wire-contract.md).

Written by \`scripts/gen-compatibility.ts\` from the server's own routes, and \`npm run check:compatibility\` compares it.
\`npm run test:conformance\` asks a running server each operation below: with right and wrong credentials, with bodies
that fit the description and that break it, and with ten thousand random requests made from the description's schemas.

## Served

${served.length} operations. Unless said otherwise they are as described; what an answer adds, a client may ignore.

| operation | key permission | scopes, any one | contract | differs |
|---|---|---|---|---|
${orderOf(served)
  .map((id) => servedRow(facts, id))
  .join('\n')}

Their tests:

${orderOf(served)
  .map((id) => `- \`${id}\`: ${pins(SERVED_OPERATIONS[id]?.tests ?? [])}`)
  .join('\n')}

## Older forms

${OLDER_FORMS.length} forms that the description no longer has. All are served.

| form | means | contract | tests |
|---|---|---|---|
${OLDER_FORMS.map((each) => olderRow(facts, each)).join('\n')}

## Answered with code 12

${notServed.length} operations of the description are not served. With any credentials and any body they answer 501 with code 12
(UNIMPLEMENTED) and name the operation ([§0](wire-contract.md#${anchor(facts, 0)})):

${notServed.map((id) => `\`${id}\``).join(', ')}.

The permissions and scopes that they need are known by name, so an app may hold them.
`
}

/** In the order of the table above; what it lacks comes last. */
function orderOf(served: readonly string[]): string[] {
  const known = Object.keys(SERVED_OPERATIONS)
  return [...known.filter((id) => served.includes(id)), ...served.filter((id) => !known.includes(id))]
}

function servedRow(facts: PageFacts, id: string): string {
  const route = facts.routes.find(({ operation }) => operation === id)
  const row: ServedOperation | undefined = SERVED_OPERATIONS[id]
  const scopes = row?.scopes.map((scope) => `\`${scope}\``).join(', ')
  const cells = [
    `\`${route ? `${route.method} ${described(route.path)}` : UNKNOWN}\`<br>${id}`,
    route?.permission ? `\`${route.permission}\`` : '–',
    scopes || '–',
    row ? link(facts, row.section) : UNKNOWN,
    row?.differs ?? '',
  ]
  return `| ${cells.join(' | ')} |`
}

const olderRow = (facts: PageFacts, { form, means, section, tests }: OlderForm): string =>
  `| ${form} | ${means} | ${link(facts, section)} | ${pins(tests)} |`

/** `{name}` for parameters, as the description has it. */
const described = (path: string): string => path.replace(/:(\w+)/g, '{$1}')

const link = (facts: PageFacts, section: number): string =>
  `[§${section}](wire-contract.md#${anchor(facts, section)})`

/** As GitHub makes it of a heading. */
const anchor = ({ sections }: PageFacts, section: number): string =>
  `${section}. ${sections.get(section) ?? ''}`
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-')

const pins = (tests: readonly Pin[]): string =>
  [...new Set(tests.map(({ file }) => file))].map((file) => `[${nameOf(file)}](../${file})`).join(', ')

const nameOf = (file: string): string => file.slice(file.lastIndexOf('/') + 1).replace(/\.test\.ts$/, '')
