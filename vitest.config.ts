import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{packages,examples,e2e,bench,scripts}/**/*.test.ts'],
    // Tests of apps that it makes, run by Node's own runner.
    exclude: ['**/node_modules/**', 'packages/cli/templates/**'],
    globalSetup: ['packages/server/testing/global-setup.ts'],
    // For the programs that tests start: each would spend a second or two on compiling what another has compiled.
    env: { NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // What comes, comes when a busy machine gets to it.
    expect: { poll: { timeout: 10_000 } },
    pool: 'forks',
    // Modules hold no state here, so files share what a worker has loaded: loading it anew took a third of the time.
    isolate: false,
    // Also on two cores, where one alone is the default: much of a test's time is PostgreSQL's, or waiting.
    maxWorkers: 2,
  },
})
