import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { OPEN_FLAG } from '@charsu/server/command-line'
import { SETTINGS } from '@charsu/server/settings'

// Why this script: a setting is written once, in packages/server/src/settings.ts. A reference page kept by hand
// would soon describe another program.

const FILE = join(import.meta.dirname, '../docs/configuration.md')

/** The reference page of every setting, as Markdown. */
function configPage(): string {
  const rows = Object.values(SETTINGS).map(
    ({ name, description, default: usual }) => `| \`${name}\` | ${cell(description)} | ${cell(usual)} |`,
  )
  return `# Configuration

Charsu reads its settings from the environment when it starts. It checks all of them at once, and does not start
while one is wrong or nearly has the name of another; the message names each of them and what it must be. An empty value
counts as absent.

| setting | what it does | default |
|---|---|---|
${rows.join('\n')}

Two flags stand on the command line, after \`npm start --\`, and no other word does: \`--processes N\`, and
\`${OPEN_FLAG}\`. Development mode lets anyone be anybody, so it binds to loopback and refuses a public URL or a
database on another machine; that flag lifts it, for a network that nobody else can reach.

Written by \`scripts/gen-config-docs.ts\` from \`packages/server/src/settings.ts\`; change the settings there.
`
}

const cell = (text: string): string => text.replaceAll(/[|<]/g, '\\$&')

if (import.meta.main) {
  const page = configPage()
  if (!process.argv.includes('--check')) writeFileSync(FILE, page)
  else if (readFileSync(FILE, 'utf8') === page) console.log('docs/configuration.md is as settings.ts says')
  else {
    console.error('docs/configuration.md is out of date: run node scripts/gen-config-docs.ts and commit it')
    process.exitCode = 1
  }
}
