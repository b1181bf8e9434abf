import { join } from 'node:path'

/**
 * A browser that sees Kenar's hosts as the app does: Chromium with a profile of its own, the proxy, and the key of
 * our certificate as the one exception to what it trusts.
 */
export const browserCommand = (input: {
  proxyPort: number
  serverKeyHash: string
  folder: string
  url: string
}): string =>
  [
    'chromium',
    `--user-data-dir=${join(input.folder, 'browser')}`,
    `--proxy-server=127.0.0.1:${input.proxyPort}`,
    `--ignore-certificate-errors-spki-list=${input.serverKeyHash}`,
    input.url,
  ].join(' ')
