import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

// Why this script: npm runs it at the end of `npm ci`, so that `npm start` shows the pages and builds nothing. An
// installation without development dependencies has nothing to build them with, and is no failure: whoever makes one
// brings the built pages along. It is JavaScript, for then the Node at hand may be an older one.

const BUILD = ['run', 'build', '-w', 'packages/web']

if (existsSync(new URL('../node_modules/vite/package.json', import.meta.url))) {
  const { status } = spawnSync('npm', BUILD, { stdio: 'inherit', shell: process.platform === 'win32' })
  process.exitCode = status ?? 1
} else {
  process.stdout.write(`the pages are not built, for want of vite: npm ci, then npm ${BUILD.join(' ')}\n`)
}
