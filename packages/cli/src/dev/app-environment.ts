import type { DevelopmentApp } from '../development-shapes.ts'

/** What an app is configured with, by the names that the SDK reads. */
export const appCredentials = (charsuUrl: string, app: DevelopmentApp): Record<string, string> => ({
  CHARSU_URL: charsuUrl,
  CHARSU_CLIENT_ID: app.client_id,
  CHARSU_CLIENT_SECRET: app.client_secret,
  CHARSU_API_KEY: app.api_key,
  CHARSU_IDENTIFICATION_KEY: app.identification_key,
  CHARSU_WEBHOOK_SECRET: app.webhook_secret,
})

/** The same with where the app is to listen. */
export const appEnvironment = (
  charsuUrl: string,
  app: DevelopmentApp,
  appUrl: string,
): Record<string, string> => ({
  ...appCredentials(charsuUrl, app),
  PORT: String(portIn(appUrl)),
  PUBLIC_URL: appUrl,
})

/** The port that a URL means. */
export const portIn = (url: string): number =>
  Number(new URL(url).port || (url.startsWith('https:') ? 443 : 80))

/** Lines to paste into a shell; values are quoted, whatever they hold. */
export const exportLines = (env: Readonly<Record<string, string>>): string[] =>
  Object.entries(env).map(([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'`)
