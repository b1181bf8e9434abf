/** What the server runs with, measured (docs/performance.md); `npm start` and the deployments have the same. */
export const V8_FLAGS = [
  '--max-semi-space-size=16',
  '--initial-old-space-size=64',
  '--heap-growing-percent=60',
  '--no-parallel-scavenge',
] as const
