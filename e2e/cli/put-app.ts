import type { AppRequest, DevelopmentApp } from '../../packages/cli/src/development-shapes.ts'

/** Makes a development app, as `charsu dev` does. */
export async function putApp(charsuUrl: string, slug: string, body: AppRequest): Promise<DevelopmentApp> {
  const answer = await fetch(`${charsuUrl}/dev/v1/apps/${slug}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`the app was not made: ${await answer.text()}`)
  return (await answer.json()) as DevelopmentApp
}
