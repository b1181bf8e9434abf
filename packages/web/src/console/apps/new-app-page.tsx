import { displayNameFault, slugFault } from '@charsu/protocol/app-texts'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, type ReactNode, useState } from 'react'
import type { CreatedApp } from '../../api/console/console-shapes.ts'
import { ApiFailure } from '../../api/request.ts'
import { PageHead } from '../../desk/page-head.tsx'
import { useWords } from '../../i18n/use-words.ts'
import { Button } from '../../ui/button.tsx'
import { failureWords } from '../../ui/failure-words.ts'
import { Field } from '../../ui/field.tsx'
import { TextInput } from '../../ui/text-input.tsx'
import { uiWords } from '../../ui/words.ts'
import { useChange } from '../frame/console-queries.ts'
import { SecretOnce } from '../frame/secret-once.tsx'
import { consoleWords } from '../words.ts'

export function NewAppPage(): ReactNode {
  const say = useWords(consoleWords)
  const sayUi = useWords(uiWords)
  const navigate = useNavigate()
  const create = useChange<CreatedApp>()
  const [slug, setSlug] = useState('')
  const [name, setName] = useState('')
  const wrong = create.error instanceof ApiFailure ? create.error.fields : new Map<string, string>()
  const slugError = slug !== '' && slugFault(slug) ? say('create.slugFault') : wrong.get('slug')
  const isReady = slugFault(slug) === undefined && displayNameFault(name) === undefined
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (isReady) create.mutate({ method: 'POST', path: '/apps', body: { slug, display_name: name } })
  }
  return (
    <main className="mx-auto grid max-w-xl gap-6">
      <PageHead title={say('create.title')} description={say('create.text')} />
      <form onSubmit={submit} className="grid gap-5 rounded-large border border-line bg-paper p-6">
        <Field label={say('create.name')} hint={say('create.nameHint')} error={wrong.get('display_name')}>
          {(control) => (
            <TextInput
              {...control}
              required
              maxLength={50}
              autoComplete="off"
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Field label={say('create.slug')} hint={say('create.slugHint')} error={slugError}>
          {(control) => (
            <TextInput
              {...control}
              dir="ltr"
              required
              maxLength={50}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              placeholder="garden-help"
              value={slug}
              onChange={(event) => setSlug(event.target.value)}
            />
          )}
        </Field>
        {create.error && wrong.size === 0 && (
          <p role="alert" className="text-sm text-bad">
            <Refusal error={create.error} fallback={failureWords(sayUi, create.error)} />
          </p>
        )}
        <Button kind="main" type="submit" busy={create.isPending} disabled={!isReady}>
          {say('create.make')}
        </Button>
      </form>
      {create.data && (
        <SecretOnce
          title={say('create.doneTitle')}
          text={say('create.doneText')}
          secrets={[
            { name: say('create.clientSecret'), value: create.data.client_secret },
            { name: say('create.webhookSecret'), value: create.data.webhook_secret },
          ]}
          done={say('create.go')}
          onDone={() => void navigate({ to: `/console/apps/${create.data.app.slug}` })}
        />
      )}
    </main>
  )
}

/** A taken slug, or too many apps, is said by the server in full; in English. */
const Refusal = ({ error, fallback }: { error: Error; fallback: string }): ReactNode =>
  error instanceof ApiFailure && (error.status === 409 || error.status === 412) ? (
    <bdi dir="auto">{error.message}</bdi>
  ) : (
    fallback
  )
