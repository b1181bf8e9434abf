import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type CatalogueEntry,
  type NamedErrors,
  namedErrors,
  type Surface,
} from '@charsu/protocol/error-catalogue/catalogue'
import type { Audience } from '@charsu/protocol/error-catalogue/entry'
import { CODES } from '@charsu/protocol/errors'

// Why this script: cause and fix of each error are written once, in packages/protocol/src/error-catalogue/, where the
// compiler holds them against what the program answers. A page kept by hand would soon know other errors.

const FILE = join(import.meta.dirname, '../docs/errors.md')

const SURFACES: Readonly<Record<Surface, { title: string; about: string }>> = {
  answer: {
    title: 'Answers of the API',
    about:
      'The `reason` of google.rpc.ErrorInfo in the `details` of an error ([wire contract](wire-contract.md#errors), §0).',
  },
  oauth: {
    title: 'OAuth',
    about:
      'The `error` of the token endpoint, and of the redirect back from consent ([wire contract](wire-contract.md), §7).',
  },
  click: {
    title: 'Clicks',
    about:
      'The `reason` of a click that failed, or of an app that did not open, as the [console](console-api.md) lists them.',
  },
  delivery: {
    title: 'Deliveries',
    about: 'The `reason` of a delivery that is `dead` or `cancelled` ([deliveries](delivery.md)).',
  },
  attempt: {
    title: 'Attempts',
    about:
      'Why one attempt to call an app failed. The first word of an attempt’s `error`; `NOT_2XX` stands for an answer of another status. Another attempt follows on the [schedule](delivery.md).',
  },
  'events URL': {
    title: 'Events URLs',
    about: 'The `disabled_reason` of an events URL, and the `reason` of its alert.',
  },
  replay: { title: 'Replays', about: 'The `reason` of a replay.' },
  signature: {
    title: 'Signatures',
    about: 'What `verifyWebhook` says of a call that it does not accept; an app meets these in its own code.',
  },
}

const AUDIENCE: Readonly<Record<Audience, string>> = {
  app: 'the app’s code',
  user: 'the person who uses the app',
  host: 'the marketplace and its operator',
  developer: 'the app’s developer',
}

/** The catalogue as Markdown, one heading for each name, so that links to it have an anchor. */
function errorsPage(): string {
  const bySurface = Map.groupBy(namedErrors(), ({ entries }) => entries[0].surface)
  const parts = [...bySurface].map(
    ([surface, errors]) => `## ${SURFACES[surface].title}

${SURFACES[surface].about}

${errors.map(heading).join('\n\n')}`,
  )
  return `# Errors

Everything that Charsu answers or records when something cannot be done, with its cause and what to do. An error of the
API says most of it in its \`message\`: what was wrong, what was expected, what to do. Its \`details\` hold the \`reason\`
that stands here, and a link to the same text at the very server that answered: \`GET /errors/{reason}\`, and \`GET /errors\`
for all of them; as pages, or as JSON under \`Accept: application/json\`.

${parts.join('\n\n')}

Written by \`scripts/gen-errors.ts\` from \`packages/protocol/src/error-catalogue/\`; change the entries there.
`
}

const heading = ({ name, entries }: NamedErrors): string =>
  `### ${name}\n\n${entries.map((entry, place) => section(entry, place > 0)).join('\n\n')}`

function section(
  { surface, reason, code, http, audience, ...entry }: CatalogueEntry,
  further: boolean,
): string {
  const lines = [entry.cause, `**What to do:** ${entry.fix}`]
  if (entry.example !== undefined) lines.push(`\`\`\`text\n${entry.example}\n\`\`\``)
  const status =
    http === null ? '' : code === null ? `HTTP ${http}. ` : `HTTP ${http}, code ${CODES[code].code} ${code}. `
  lines.push(`*${status}Mended by ${AUDIENCE[audience]}.*`)
  const where = further ? [`In ${SURFACES[surface].title.toLowerCase()} (\`${reason}\`):`] : []
  return [...where, ...lines].map((line) => (line.startsWith('```') ? line : marked(line))).join('\n\n')
}

/** Texts are plain: what Markdown would read as its own is kept from it. Names of places in URLs are code. */
const marked = (text: string): string =>
  text
    .replaceAll(
      /(?<![\w`])((?:GET|PUT|POST|DELETE) )?(\/[\w./{}-]+[\w}])/g,
      (_, method = '', path) => `\`${method}${path}\``,
    )
    .replaceAll(/<(?=\w)/g, '\\<')

if (import.meta.main) {
  const page = errorsPage()
  if (!process.argv.includes('--check')) writeFileSync(FILE, page)
  else if (readFileSync(FILE, 'utf8') === page) console.log('docs/errors.md is as the error catalogue says')
  else {
    console.error('docs/errors.md is out of date: run node scripts/gen-errors.ts and commit it')
    process.exitCode = 1
  }
}
