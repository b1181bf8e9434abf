import type { DevelopmentApp } from '../../api/development/development-shapes.ts'
import type { AppChange } from './change-app.ts'

/** The settings as text, as they stand in the form. */
export interface Filled {
  display_name: string
  url: string
  events_url: string
  session_initialization_url: string
  dynamic_action_url: string
  /** One a line. */
  redirect_uris: string
  identification_key: string
  session_version: string
}

export const fill = (app: DevelopmentApp): Filled => ({
  display_name: app.display_name,
  url: app.url ?? '',
  events_url: app.events_url ?? '',
  session_initialization_url: app.session_initialization_url ?? '',
  dynamic_action_url: app.dynamic_action_url ?? '',
  redirect_uris: app.redirect_uris.join('\n'),
  identification_key: app.identification_key ?? '',
  session_version: String(app.session_version),
})

/**
 * What was changed, as the development API reads it. `url` sets every address that is not given with it, so that one
 * that was changed along with it keeps its own.
 */
export function changesOf(before: Filled, after: Filled): AppChange {
  const changed = (Object.keys(after) as (keyof Filled)[]).filter((field) => after[field] !== before[field])
  return Object.fromEntries(changed.map((field) => [field, written(field, after[field])]))
}

function written(field: keyof Filled, text: string): unknown {
  if (field === 'session_version') return Number(text)
  if (field !== 'redirect_uris') return text.trim()
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
