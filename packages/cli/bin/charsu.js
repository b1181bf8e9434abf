#!/usr/bin/env node
// The command runs on Node.js 24 or newer, whatever Node the shell has: an older one hands over to the npm package
// `node` when it is installed, as it is in a checkout and in apps made by `charsu create-app`.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module, { createRequire } from 'node:module'

const OLDEST = 24

function newerNode() {
  for (const from of [`${process.cwd()}/package.json`, import.meta.url]) {
    try {
      return createRequire(from).resolve('node/bin/node')
    } catch {
      // Not installed there.
    }
  }
  return undefined
}

function handOver(node) {
  // It watches this process, and ends when this is killed.
  const env = { ...process.env, CHARSU_PARENT_PROCESS: String(process.pid) }
  const child = spawn(node, [process.argv[1], ...process.argv.slice(2)], { stdio: 'inherit', env })
  // The terminal signals the child too, which takes two signals at once for one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  // npm starts commands through a shell, which may die of a signal without passing it on.
  const parent = process.ppid
  if (process.env.npm_lifecycle_event) {
    setInterval(() => process.ppid === parent || child.kill('SIGHUP'), 500).unref()
  }
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143)
  })
}

if (Number(process.versions.node.split('.')[0]) >= OLDEST) {
  // Compiling what is the same at every start takes half of the time until the first word.
  module.enableCompileCache()
  const source = new URL('../src/main.ts', import.meta.url)
  await import(existsSync(source) ? source.href : new URL('../dist/main.js', import.meta.url).href)
} else {
  const node = newerNode()
  if (node) handOver(node)
  else {
    process.stderr.write(
      `charsu needs Node.js ${OLDEST} or newer, and this is ${process.version}: install a newer one, or run "npm install --save-dev node@${OLDEST}" in your project\n`,
    )
    process.exitCode = 1
  }
}
