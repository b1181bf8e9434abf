import { notFoundAnswer } from './answer.ts'
import type { CheckedSettings } from './app-settings.ts'
import type { ConsentDesk } from './consent/consent-desk.ts'
import type { Receiver } from './receiver.ts'

export interface RouteDeps {
  settings: CheckedSettings
  receiver: Receiver
  consent: ConsentDesk
}

/** Hands a request to whoever answers it. */
export async function route(deps: RouteDeps, request: Request): Promise<Response> {
  const { receiver, consent, settings } = deps
  const { basePath, fallback } = settings
  const { pathname } = new URL(request.url)
  if (pathname !== basePath && !pathname.startsWith(`${basePath}/`)) {
    return fallback === undefined ? notFoundAnswer(basePath) : fallback(request)
  }
  switch (pathname.slice(basePath.length)) {
    case '/events':
      return only('POST', request, () => receiver.event(request))
    case '/actions':
      return only('POST', request, () => receiver.action(request))
    case '/sessions':
      return only('POST', request, () => receiver.session(request))
    case '/connect':
      return only('GET', request, () => consent.connect(request))
    case '/callback':
      return only('GET', request, () => consent.callback(request))
    case '':
    case '/':
      // Sent here by mistake, an event answered with 200 would be lost.
      return ['GET', 'HEAD'].includes(request.method) ? about(settings) : notFoundAnswer(basePath)
    default:
      return notFoundAnswer(basePath)
  }
}

/** For whoever looks whether the app is there, and where the console's addresses are. */
function about({ clientId, publicUrl, basePath }: CheckedSettings): Response {
  const at = (path: string): string => `${publicUrl}${basePath}/${path}`
  return Response.json({
    app: clientId,
    made_with: '@charsu/sdk',
    events_url: at('events'),
    session_initialization_url: at('sessions'),
    dynamic_action_url: at('actions'),
    redirect_uri: at('callback'),
  })
}

async function only(
  method: 'GET' | 'POST',
  request: Request,
  answer: () => Promise<Response>,
): Promise<Response> {
  if (request.method === method) return answer()
  const who = method === 'POST' ? 'the platform calls it' : 'browsers open it'
  return Response.json(
    { error: `this address takes ${method} alone: ${who}` },
    { status: 405, headers: { allow: method } },
  )
}
