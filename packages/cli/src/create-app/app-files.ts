import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PackageSources } from './package-sources.ts'

const TEMPLATE = join(import.meta.dirname, '../../templates/chatbot')
/** npm leaves a .gitignore out of what it packs, so the template's goes by another name. */
const GITIGNORE = 'gitignore'

/** What else a new app needs, at the versions that Charsu itself is tested with. */
const TOOLS = { '@types/node': '24', node: '24.21.0', typescript: '7.0.2' }
const TYPEBOX = '1.4.3'

/** Every file of a new app, by its path in the app's folder. */
export async function appFiles(slug: string, sources: PackageSources): Promise<Map<string, string>> {
  const files = new Map([['package.json', `${JSON.stringify(manifestOf(slug, sources), null, 2)}\n`]])
  for (const name of await readdir(TEMPLATE)) {
    const text = await readFile(join(TEMPLATE, name), 'utf8')
    files.set(name === GITIGNORE ? '.gitignore' : name, text.replaceAll('my-bot', slug))
  }
  return files
}

const manifestOf = (slug: string, { sdk, cli, others }: PackageSources): object => ({
  name: slug,
  version: '0.1.0',
  private: true,
  type: 'module',
  scripts: {
    dev: 'charsu dev -- node --watch main.ts',
    start: 'node main.ts',
    test: 'node --test',
    types: 'tsc',
  },
  dependencies: { '@charsu/sdk': sdk, typebox: TYPEBOX },
  devDependencies: { '@charsu/cli': cli, ...others, ...TOOLS },
  // Node itself comes as a package, and puts its program where it belongs when it is installed.
  allowScripts: { node: true },
})
