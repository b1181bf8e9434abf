import { expect } from 'vitest'

/** Matches the address of a reason's page, of whatever server, as errors name it (wire contract §0). */
export const helpPage = (reason: string): unknown =>
  expect.stringMatching(new RegExp(`^https?://[^/]+/errors/${reason}$`))

/** The detail of an error that leads to the page of its reason. */
export const helpDetail = (reason: string) => ({
  '@type': 'type.googleapis.com/google.rpc.Help',
  links: [{ description: `Cause and fix of ${reason}`, url: helpPage(reason) }],
})
