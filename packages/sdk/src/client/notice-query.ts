import type { NoticeButtonBody, SendEventBody } from './bodies.ts'

/** A notice as the query string that Kenar knows; Charsu would take a body too (wire contract §6). */
export function noticeQuery(notice: SendEventBody): URLSearchParams {
  const query = new URLSearchParams()
  for (const name of ['message', 'target_type', 'target_resource_id'] as const) {
    const value = notice[name]
    if (value !== undefined) query.set(name, value)
  }
  addButton(query, 'primary_button', notice.primary_button)
  addButton(query, 'secondary_button', notice.secondary_button)
  return query
}

function addButton(query: URLSearchParams, name: string, button: NoticeButtonBody | undefined): void {
  if (button === undefined) return
  query.set(`${name}.title`, button.title)
  for (const [kind, value] of Object.entries(button.action)) {
    const field = `${name}.action.${kind}`
    if (typeof value === 'string') query.set(field, value)
    else if ('post_token' in value) query.set(`${field}.post_token`, value.post_token)
    else query.set(`${field}.data`, JSON.stringify(value.data))
  }
}
