/** The hosts of Kenar that Charsu stands in for; every other host is left alone. */
export const KENAR_HOSTS = [
  'api.divar.ir',
  'open-api.divar.ir',
  'oauth.divar.ir',
  'chat.divar.ir',
  'open-platform-redirect.divar.ir',
] as const

export type KenarHost = (typeof KENAR_HOSTS)[number]

/** The host of this name, in any casing and with the dot that ends an absolute name; undefined for any other. */
export function kenarHost(name: string): KenarHost | undefined {
  const plain = name.toLowerCase().replace(/\.$/, '')
  return KENAR_HOSTS.find((host) => host === plain)
}
