import type { DevelopmentApp } from '../apps/development-app.ts'
import { DEVELOPMENT_POSTS, DEVELOPMENT_USERS } from '../marketplace/seed-development.ts'

export interface BannerInput {
  /** Origin of this server. */
  url: string
  hostKey: string
  /** Null when another app has the example's name. */
  app: DevelopmentApp | null
}

const DEFAULT_URL = 'http://localhost:4400'
const CHANGED = '(changed in the console)'

/** What `npm start` tells a developer: addresses, people, the example app with its credentials, what to do next. */
export function developmentBanner({ url, hostKey, app }: BannerInput): string {
  const { buyer, seller, englishBuyer, developer, operator } = DEVELOPMENT_USERS
  return [
    `Charsu is ready at ${url}`,
    '',
    '  Addresses',
    ...table([
      ['begin here', `${url}/`, 'the playground: both sides of a chat in one window'],
      ['API reference', `${url}/docs/`, ''],
      ['log in', `${url}/dev/login`, ''],
    ]),
    '',
    '  People to be',
    ...table([
      [buyer.hostId, buyer.name, 'a buyer'],
      [seller.hostId, seller.name, 'a seller'],
      [englishBuyer.hostId, englishBuyer.name, 'a buyer'],
      [developer.hostId, developer.name, 'an app developer'],
      [operator.hostId, operator.name, 'an operator'],
    ]),
    '',
    '  Host API, for the marketplace’s backend',
    `    curl -H 'Authorization: Bearer ${hostKey}' ${url}/host/v1/apps`,
    ...(app ? appLines(app, url) : []),
    '',
    '  See it all at work, as a story: npm run demo          Stop: Ctrl+C',
    '',
  ].join('\n')
}

function appLines(app: DevelopmentApp, url: string): string[] {
  const settings = {
    ...(url !== DEFAULT_URL && { CHARSU_URL: url }),
    CHARSU_CLIENT_ID: app.clientId,
    CHARSU_CLIENT_SECRET: app.clientSecret ?? CHANGED,
    CHARSU_API_KEY: app.apiKey ?? CHANGED,
    CHARSU_IDENTIFICATION_KEY: app.identificationKey ?? CHANGED,
    CHARSU_WEBHOOK_SECRET: app.webhookSecret ?? CHANGED,
  }
  return [
    '',
    `  The demo app ${app.clientId}, of ${DEVELOPMENT_USERS.developer.name}`,
    ...table([
      ['client_id', app.clientId, ''],
      ['client secret', settings.CHARSU_CLIENT_SECRET, ''],
      ['API key', settings.CHARSU_API_KEY, ''],
      [
        'identification key',
        settings.CHARSU_IDENTIFICATION_KEY,
        'comes in Authorization with every call to the app',
      ],
      ['webhook secret', settings.CHARSU_WEBHOOK_SECRET, ''],
      ['events URL', app.eventsUrl, 'nothing listens there until you start it'],
    ]),
    '',
    '  Start it in a second terminal',
    ...Object.entries(settings).map(([name, value]) => `    ${name}='${value}' \\`),
    '    npm start --workspace examples/visit-planner',
    '',
    `  Then log in as ${DEVELOPMENT_USERS.seller.hostId} and connect it to a post`,
    `    ${app.url}/connect?post_token=${DEVELOPMENT_POSTS[0].token}`,
  ]
}

const GAP = 3

/** Columns side by side; what is right to left counts as wide as its letters. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => widthOf(row[column] ?? ''))),
  )
  return rows.map((row) =>
    `    ${row.map((cell, i) => cell + ' '.repeat(GAP + (widths[i] ?? 0) - widthOf(cell))).join('')}`.trimEnd(),
  )
}

const widthOf = (text: string): number => [...new Intl.Segmenter().segment(text)].length
