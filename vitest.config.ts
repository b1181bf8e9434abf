import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{packages,examples,e2e,bench,scripts}/**/*.test.ts'],
    // Tests of apps that it makes, run by Node's own runner.
    exclude: ['**/node_modules/**', 'packages/cli/templates/**'],
    globalSetup: ['packages/server/testing/global-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // Also on two cores, where one alone is the default: much of a test's time is PostgreSQL's, or waiting.
    maxWorkers: 2,
  },
})
