import type { AppRequest, DevelopmentApp } from '../development-shapes.ts'
import { plainText } from '../plain-text.ts'
import { table } from '../table.ts'
import type { Kenar } from './kenar.ts'
import { KENAR_HOSTS } from './kenar-hosts.ts'
import type { KenarSettings } from './kenar-options.ts'

/** What Charsu is told of a Kenar app: its own credentials, and its places at the front door. */
export function kenarAppRequest(kenar: Pick<Kenar, 'address'>, settings: KenarSettings): AppRequest {
  const { apiKey, clientSecret, identificationKey, sessionVersion, hostHeader, redirectUris } = settings
  const at = (name: 'events_url' | 'session_initialization_url' | 'dynamic_action_url', given?: string) =>
    given === undefined ? {} : { [name]: kenar.address(given) }
  return {
    ...(apiKey !== undefined && { api_key: apiKey }),
    ...(clientSecret !== undefined && { client_secret: clientSecret }),
    ...(identificationKey !== undefined && { identification_key: identificationKey }),
    ...at('events_url', settings.eventsUrl),
    ...at('session_initialization_url', settings.sessionUrl),
    ...at('dynamic_action_url', settings.actionUrl),
    ...(sessionVersion !== undefined && { session_version: sessionVersion }),
    ...(redirectUris.length > 0 && { redirect_uris: redirectUris.map((uri) => kenar.address(uri)) }),
    host_header: hostHeader ?? '',
  }
}

/** What a developer is told of a Kenar app that runs here. */
export function kenarLines(kenar: Kenar, app: DevelopmentApp, appPort: number): string[] {
  const set = (value: string | null | undefined, option: string): string =>
    value ? plainText(value) : `not set: say it with ${option}`
  return [
    `  is at ${kenar.frontUrl} for browsers and the marketplace, and listens on port ${appPort}`,
    ...table(
      [
        ['events', set(app.events_url, '--events-url /path')],
        ['sessions', set(app.session_initialization_url, '--session-url /path')],
        ['actions', set(app.dynamic_action_url, '--action-url /path')],
        ['consent', set(app.redirect_uris?.join(', '), '--redirect-uri /path')],
      ],
      '    ',
    ),
    `  For it the marketplace is ${KENAR_HOSTS.join(', ')}, by the proxy ${kenar.proxyUrl}`,
    '  A browser that sees it so, too:',
    `    ${kenar.browser}`,
  ]
}
