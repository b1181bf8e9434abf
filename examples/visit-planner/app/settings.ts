/** What the app needs to know, from its environment. */
export interface Settings {
  /** Where Charsu (or Kenar) is. */
  charsuUrl: string
  port: number
  /** Where people's browsers and Charsu find this app. */
  publicUrl: string
  clientId: string
  clientSecret: string
  apiKey: string
  /** Comes in Authorization with every call from Charsu. */
  identificationKey: string
  /** `whsec_…`, signs every call from Charsu. */
  webhookSecret: string
  /** A JSON file that outlives the process; null keeps everything in memory. */
  stateFile: string | null
  /** `json` prints one JSON object a line, for a program that reads along. */
  wireLog: 'text' | 'json'
}

const REQUIRED = ['CLIENT_ID', 'CLIENT_SECRET', 'API_KEY', 'IDENTIFICATION_KEY', 'WEBHOOK_SECRET'] as const

/** @throws Error that names every setting that is missing. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const missing = REQUIRED.filter((name) => !env[name])
  if (missing.length > 0) {
    throw new Error(`set ${missing.join(', ')}: "npm start" of Charsu prints them for its development app`)
  }
  const port = Number(env.PORT ?? 4500)
  return {
    charsuUrl: withoutSlash(env.CHARSU_URL ?? 'http://localhost:4400'),
    port,
    publicUrl: withoutSlash(env.PUBLIC_URL ?? `http://127.0.0.1:${port}`),
    clientId: env.CLIENT_ID ?? '',
    clientSecret: env.CLIENT_SECRET ?? '',
    apiKey: env.API_KEY ?? '',
    identificationKey: env.IDENTIFICATION_KEY ?? '',
    webhookSecret: env.WEBHOOK_SECRET ?? '',
    stateFile: env.STATE_FILE || null,
    wireLog: env.WIRE_LOG === 'json' ? 'json' : 'text',
  }
}

const withoutSlash = (url: string): string => url.replace(/\/$/, '')
