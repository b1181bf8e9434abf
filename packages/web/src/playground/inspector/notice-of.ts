const FIELDS = ['message', 'target_type', 'target_resource_id'] as const
const BUTTONS = ['primary_button', 'secondary_button'] as const

/** A notice as the SDK's client takes it, from the query in which the wire carries it, or the body. */
export function noticeOf(query: URLSearchParams, body: unknown): unknown {
  if (query.size === 0) return body
  const notice: Record<string, unknown> = {}
  for (const name of FIELDS) if (query.has(name)) notice[name] = query.get(name)
  for (const name of BUTTONS) {
    const button = buttonOf(query, name)
    if (button) notice[name] = button
  }
  return notice
}

function buttonOf(query: URLSearchParams, name: string): object | undefined {
  const title = query.get(`${name}.title`)
  const prefix = `${name}.action.`
  const field = [...query.keys()].find((key) => key.startsWith(prefix))
  if (title === null || field === undefined) return undefined
  const [kind = '', part] = field.slice(prefix.length).split('.')
  const value = query.get(field) ?? ''
  if (part === undefined) return { title, action: { [kind]: value } }
  return { title, action: { [kind]: { [part]: part === 'data' ? parsed(value) : value } } }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}
