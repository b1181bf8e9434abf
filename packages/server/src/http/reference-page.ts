import { type FastifyInstance, fastify } from 'fastify'

export interface PageFile {
  type: string
  body: string
}

export interface ReferencePage {
  html(): Promise<PageFile>
  script(): Promise<PageFile>
  /** Where the page looks for its script, relative to itself. */
  scriptPath: string
}

const PREFIX = '/docs'
const SCRIPT_PATH = 'js/scalar.js'

/**
 * Scalar’s page for an API description, complete without any other server. It is loaded at its first use and from
 * then on kept: loading takes half a second and 40 MB, which most nodes never need.
 * @param descriptionUrl of the description, relative to the page.
 */
export function createReferencePage(descriptionUrl: string): ReferencePage {
  let loading: Promise<FastifyInstance> | undefined
  const file = async (path: string): Promise<PageFile> => {
    loading ??= loadScalar(descriptionUrl)
    const answer = await (await loading).inject(path)
    return { type: String(answer.headers['content-type']), body: answer.body }
  }
  return {
    scriptPath: SCRIPT_PATH,
    html: () => file(`${PREFIX}/`),
    script: () => file(`${PREFIX}/${SCRIPT_PATH}`),
  }
}

/** A server of its own that never listens: Scalar comes as a plugin, and plugins cannot join one that runs. */
async function loadScalar(descriptionUrl: string): Promise<FastifyInstance> {
  const { default: scalar } = await import('@scalar/fastify-api-reference')
  const inner = fastify()
  await inner.register(scalar, {
    routePrefix: PREFIX,
    configuration: {
      url: descriptionUrl,
      pageTitle: 'Charsu API',
      withDefaultFonts: false,
      telemetry: false,
      hideClientButton: true,
      showDeveloperTools: 'never',
      agent: { disabled: true },
      mcp: { disabled: true },
    },
  })
  return inner
}
