import { type FormEvent, type ReactNode, useState } from 'react'
import type { AppDetails } from '../../api/console/console-shapes.ts'
import { ApiFailure } from '../../api/request.ts'
import { PageHead } from '../../desk/page-head.tsx'
import { useWords } from '../../i18n/use-words.ts'
import { failureWords } from '../../ui/failure-words.ts'
import { Field } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Select, TextArea, TextInput } from '../../ui/text-input.tsx'
import { useToast } from '../../ui/toasts.tsx'
import { uiWords } from '../../ui/words.ts'
import { useThisApp } from '../frame/app-frame.tsx'
import { appPath, useChange } from '../frame/console-queries.ts'
import { SaveBar } from '../frame/save-bar.tsx'
import { consoleWords } from '../words.ts'
import { type FormFault, keyFault, nameFault, textFault } from './form-faults.ts'
import { RedirectUris } from './redirect-uris.tsx'
import { changesOf, draftOf, isWrong, type SettingsDraft } from './settings-draft.ts'
import { UrlField } from './url-field.tsx'
import { settingsWords } from './words.ts'

const NO_REFUSALS: ReadonlyMap<string, string> = new Map()

export function SettingsPage(): ReactNode {
  const app = useThisApp()
  const say = useWords(consoleWords)
  const sayUi = useWords(uiWords)
  const toast = useToast()
  const save = useChange<AppDetails>()
  const [draft, setDraft] = useState<SettingsDraft>(() => draftOf(app))
  const changes = changesOf(app, draft)
  const isDirty = Object.keys(changes).length > 0
  const refusals = save.error instanceof ApiFailure ? save.error.fields : NO_REFUSALS
  const change = (changed: Partial<SettingsDraft>): void => setDraft((before) => ({ ...before, ...changed }))
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (!isDirty || isWrong(draft)) return
    save.mutate(
      { method: 'PATCH', path: appPath(app.slug), body: changes },
      {
        onSuccess: (saved) => {
          setDraft(draftOf(saved))
          toast({ text: say('saved') })
        },
      },
    )
  }
  const failure = save.error
    ? refusals.size > 0
      ? say('refused')
      : failureWords(sayUi, save.error)
    : undefined
  const parts = { slug: app.slug, draft, refusals, change }
  return (
    <form onSubmit={submit} noValidate className="grid gap-6">
      <PageHead title={say('sections.settings')} />
      <About {...parts} />
      <Addresses {...parts} isKeySet={app.identification_key_set} />
      <RedirectUris {...parts} />
      <SaveBar
        isDirty={isDirty}
        busy={save.isPending}
        isWrong={isWrong(draft)}
        failure={failure}
        onDiscard={() => {
          setDraft(draftOf(app))
          save.reset()
        }}
      />
    </form>
  )
}

export interface SettingsPartProps {
  slug: string
  draft: SettingsDraft
  /** What the server said of fields, in English. */
  refusals: ReadonlyMap<string, string>
  change: (changed: Partial<SettingsDraft>) => void
}

function About({ slug, draft, refusals, change }: SettingsPartProps): ReactNode {
  const say = useWords(settingsWords)
  const faultOr = (fault: FormFault | undefined, name: string): string | undefined =>
    fault ? say(`fault.${fault}`) : refusals.get(name)
  return (
    <Panel title={say('about')}>
      <div className="grid gap-5">
        <Field
          label={say('name')}
          hint={say('nameHint')}
          error={faultOr(nameFault(draft.display_name), 'display_name')}
        >
          {(control) => (
            <TextInput
              {...control}
              autoComplete="off"
              value={draft.display_name}
              onChange={(event) => change({ display_name: event.target.value })}
            />
          )}
        </Field>
        <Field
          label={say('description')}
          hint={say('descriptionHint')}
          error={faultOr(textFault(draft.description), 'description')}
        >
          {(control) => (
            <TextArea
              {...control}
              value={draft.description}
              onChange={(event) => change({ description: event.target.value })}
            />
          )}
        </Field>
        <UrlField
          slug={slug}
          field="avatar_url"
          label={say('avatar')}
          hint={say('avatarHint')}
          value={draft.avatar_url}
          refusal={refusals.get('avatar_url')}
          onChange={(avatar_url) => change({ avatar_url })}
        />
      </div>
    </Panel>
  )
}

function Addresses({
  slug,
  draft,
  refusals,
  change,
  isKeySet,
}: SettingsPartProps & { isKeySet: boolean }): ReactNode {
  const say = useWords(settingsWords)
  const wrongKey = keyFault(draft.identification_key)
  return (
    <Panel title={say('addresses')} description={say('addressesText')}>
      <div className="grid gap-5">
        <UrlField
          slug={slug}
          field="events_url"
          label={say('events')}
          hint={say('eventsHint')}
          value={draft.events_url}
          refusal={refusals.get('events_url')}
          onChange={(events_url) => change({ events_url })}
        />
        <UrlField
          slug={slug}
          field="session_initialization_url"
          label={say('session')}
          hint={say('sessionHint')}
          value={draft.session_initialization_url}
          refusal={refusals.get('session_initialization_url')}
          onChange={(session_initialization_url) => change({ session_initialization_url })}
        />
        <Field label={say('sessionVersion')} error={refusals.get('session_initialization_version')}>
          {(control) => (
            <Select
              {...control}
              className="max-w-48"
              value={draft.session_initialization_version}
              onChange={(event) => change({ session_initialization_version: Number(event.target.value) })}
            >
              {[2, 1].map((version) => (
                <option key={version} value={version}>
                  {say('version', { version })}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <UrlField
          slug={slug}
          field="dynamic_action_url"
          label={say('dynamic')}
          hint={say('dynamicHint')}
          value={draft.dynamic_action_url}
          refusal={refusals.get('dynamic_action_url')}
          onChange={(dynamic_action_url) => change({ dynamic_action_url })}
        />
        <Field
          label={say('key')}
          hint={isKeySet ? `${say('keySet')} ${say('keyHint')}` : say('keyHint')}
          error={wrongKey ? say(`fault.${wrongKey}`) : refusals.get('identification_key')}
        >
          {(control) => (
            <TextInput
              {...control}
              dir="ltr"
              autoComplete="off"
              spellCheck={false}
              placeholder={isKeySet ? '••••••••••••' : ''}
              value={draft.identification_key}
              onChange={(event) => change({ identification_key: event.target.value })}
            />
          )}
        </Field>
      </div>
    </Panel>
  )
}
