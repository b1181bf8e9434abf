import type { AppDetails, SavedSettings } from '../../api/console/console-shapes.ts'
import { addressFault, keyFault, nameFault, textFault } from './form-faults.ts'

export interface RedirectRow {
  /** Names the row while it is edited. */
  key: string
  uri: string
}

/** The settings as they stand in the form: a URL that is not set is an empty text. */
export interface SettingsDraft {
  display_name: string
  description: string
  avatar_url: string
  events_url: string
  session_initialization_url: string
  session_initialization_version: number
  dynamic_action_url: string
  /** Empty keeps the one that is set. */
  identification_key: string
  redirect_uris: readonly RedirectRow[]
}

export const draftOf = (app: AppDetails): SettingsDraft => ({
  display_name: app.display_name,
  description: app.description,
  avatar_url: app.avatar_url ?? '',
  events_url: app.events_url ?? '',
  session_initialization_url: app.session_initialization_url ?? '',
  session_initialization_version: app.session_initialization_version,
  dynamic_action_url: app.dynamic_action_url ?? '',
  identification_key: '',
  redirect_uris: app.redirect_uris.map((uri) => ({ key: uri, uri })),
})

/** Rows that were added and left empty are nothing. */
const filled = (rows: readonly RedirectRow[]): string[] =>
  rows.map(({ uri }) => uri).filter((uri) => uri !== '')

/** What differs from what is saved, as it is sent; empty when nothing does. */
export function changesOf(app: AppDetails, draft: SettingsDraft): SavedSettings {
  const saved = draftOf(app)
  const changes: Record<string, unknown> = {}
  for (const name of Object.keys(saved) as (keyof SettingsDraft)[]) {
    if (name === 'redirect_uris') continue
    if (draft[name] !== saved[name]) changes[name] = draft[name]
  }
  const uris = filled(draft.redirect_uris)
  if (uris.join('\n') !== app.redirect_uris.join('\n')) changes.redirect_uris = uris
  return changes as SavedSettings
}

/** Whether saving would be refused for what the page itself can see. */
export const isWrong = (draft: SettingsDraft): boolean =>
  [
    nameFault(draft.display_name),
    textFault(draft.description),
    keyFault(draft.identification_key),
    addressFault('avatar_url', draft.avatar_url),
    addressFault('events_url', draft.events_url),
    addressFault('session_initialization_url', draft.session_initialization_url),
    addressFault('dynamic_action_url', draft.dynamic_action_url),
    ...draft.redirect_uris.map(({ uri }) => addressFault('redirect_uri', uri)),
  ].some((fault) => fault !== undefined)
