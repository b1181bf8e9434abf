import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{packages,examples,e2e,bench,scripts}/**/*.test.ts'],
    globalSetup: ['packages/server/testing/global-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
  },
})
