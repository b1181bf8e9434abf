/** Who an operation is for: one tag each in the API description, told by the path. */
const SURFACES = [
  { tag: 'Host', prefix: '/host/v1/', description: 'For the marketplace’s backend, by its host key.' },
  { tag: 'Users', prefix: '/me/v1/', description: 'For the marketplace’s users, by session cookie.' },
  { tag: 'Console', prefix: '/console/v1/', description: 'For app developers, by session cookie.' },
  {
    tag: 'Operators',
    prefix: '/operator/v1/',
    description: 'For the marketplace’s own staff, by session cookie.',
  },
  { tag: 'OAuth', prefix: '/oauth', description: 'How an app asks a user for consent.' },
  {
    tag: 'Apps',
    prefix: /^\/(v1|v2|experimental)\/open-platform\//,
    description: 'The open platform: what apps call, by API key and mostly with a user’s token.',
  },
  {
    tag: 'Operation',
    prefix: /^\/(metrics|healthz|readyz)$/,
    description: 'For those who run Charsu: metrics, and probes for a balancer or a supervisor.',
  },
  {
    tag: 'Development',
    prefix: '/dev/v1',
    description: 'For tools on the developer’s machine, in development mode alone.',
  },
  {
    tag: 'Media',
    prefix: /^\/(upload|media)\//,
    description: 'Uploads by an upload token, and uploaded files by signed links.',
  },
  { tag: 'Pages', prefix: '/', description: 'What browsers open.' },
] as const

export const TAGS = SURFACES.map(({ tag, description }) => ({ name: tag, description }))

export const tagOf = (path: string): string =>
  SURFACES.find(({ prefix }) => (typeof prefix === 'string' ? path.startsWith(prefix) : prefix.test(path)))
    ?.tag ?? 'Pages'
