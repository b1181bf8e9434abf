import { type ReactNode, useState } from 'react'
import type { DevelopmentApp } from '../../api/development/development-shapes.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Button } from '../../ui/button.tsx'
import { failureWords } from '../../ui/failure-words.ts'
import { Field } from '../../ui/field.tsx'
import { Select, TextArea, TextInput } from '../../ui/text-input.tsx'
import { uiWords } from '../../ui/words.ts'
import { appWords } from './app-words.ts'
import { faultOf, useAppChange } from './change-app.ts'
import { changesOf, type Filled, fill } from './filled-form.ts'
import { SecretInput } from './secret-input.tsx'

const ADDRESSES = [
  { field: 'events_url', label: 'events' },
  { field: 'session_initialization_url', label: 'sessions' },
  { field: 'dynamic_action_url', label: 'actions' },
] as const

/** Where the app is reached, and how; only what was changed is sent. */
export function AppForm({ app }: { app: DevelopmentApp }): ReactNode {
  const say = useWords(appWords)
  const sayUi = useWords(uiWords)
  const [filled, setFilled] = useState<Filled>(() => fill(app))
  const save = useAppChange()
  const set = (change: Partial<Filled>): void => {
    setFilled((before) => ({ ...before, ...change }))
    save.reset()
  }
  const changes = changesOf(fill(app), filled)
  const text = (field: keyof Filled, label: string, hint?: string): ReactNode => (
    <Field label={label} {...(hint !== undefined && { hint })} error={faultOf(save.error, field)}>
      {(control) => (
        <TextInput
          {...control}
          dir={field === 'display_name' ? 'auto' : 'ltr'}
          value={filled[field]}
          onChange={(event) => set({ [field]: event.target.value })}
        />
      )}
    </Field>
  )
  return (
    <form
      className="grid gap-5"
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate({ slug: app.slug, change: changes }, { onSuccess: (next) => setFilled(fill(next)) })
      }}
    >
      {text('display_name', say('displayName'))}
      {text('url', say('listens'), say('listensHint'))}
      {ADDRESSES.map(({ field, label }) => (
        <div key={field}>{text(field, say(label))}</div>
      ))}
      <Field label={say('redirects')} error={faultOf(save.error, 'redirect_uris')}>
        {(control) => (
          <TextArea
            {...control}
            dir="ltr"
            value={filled.redirect_uris}
            onChange={(event) => set({ redirect_uris: event.target.value })}
          />
        )}
      </Field>
      <Field
        label={say('identification')}
        hint={say('identificationHint')}
        error={faultOf(save.error, 'identification_key')}
      >
        {(control) => (
          <SecretInput
            {...control}
            what={say('identification')}
            value={filled.identification_key}
            onChange={(event) => set({ identification_key: event.target.value })}
          />
        )}
      </Field>
      <Field label={say('version')}>
        {(control) => (
          <Select
            {...control}
            value={filled.session_version}
            onChange={(event) => set({ session_version: event.target.value })}
          >
            <option value="2">{say('versionOf.v2')}</option>
            <option value="1">{say('versionOf.v1')}</option>
          </Select>
        )}
      </Field>
      <div className="flex flex-wrap items-center gap-3">
        <Button kind="main" type="submit" busy={save.isPending} disabled={Object.keys(changes).length === 0}>
          {say('save')}
        </Button>
        {save.isSuccess && (
          <p role="status" className="text-sm text-good">
            {say('saved')}
          </p>
        )}
        {save.isError && (
          <p role="alert" className="text-sm text-bad">
            {say('failed', { why: failureWords(sayUi, save.error) })}
          </p>
        )}
      </div>
    </form>
  )
}
