import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ExternalLink, ShieldCheck } from 'lucide-react'
import { type ReactNode, useId, useState } from 'react'
import { appQuery, giveConsent, grantsKey } from '../../api/development/app-credentials.ts'
import { useDevelopment } from '../../api/development/development-scope.tsx'
import type { Surroundings } from '../../api/development/development-shapes.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Button } from '../../ui/button.tsx'
import { CodeBlock } from '../../ui/code-block.tsx'
import { failureWords } from '../../ui/failure-words.ts'
import { Field } from '../../ui/field.tsx'
import { Select } from '../../ui/text-input.tsx'
import { uiWords } from '../../ui/words.ts'
import {
  ASKABLE,
  ASKABLE_SCOPES,
  type AskableScope,
  type Asked,
  askedScopes,
  consentPath,
  type Resource,
  resourcesOf,
} from './asked-scopes.ts'
import { consentWords } from './consent-words.ts'

export interface AskConsentProps {
  here: Surroundings
  /** host_id of whom to begin with. */
  first: string
  app: string
  onSettings: () => void
}

const BEGIN_WITH: Asked = { CONVERSATION_SEND_MESSAGE: '', CHAT_POST_CONVERSATIONS_READ: '' }

/** Asks a person for scopes, as the app would by its link, or takes their yes for granted. */
export function AskConsent({ here, first, app, onSettings }: AskConsentProps): ReactNode {
  const say = useWords(consentWords)
  const sayUi = useWords(uiWords)
  const request = useDevelopment()
  const queries = useQueryClient()
  const [person, setPerson] = useState(first)
  const [asked, setAsked] = useState<Asked>(BEGIN_WITH)
  const name = here.people.find(({ host_id }) => host_id === person)?.name ?? person
  const scopes = askedScopes(here, person, asked)
  const texts = scopes.map(({ text }) => text)
  const { data: settings } = useQuery(appQuery(request, app))
  const redirectUri = settings?.redirect_uris[0]
  const give = useMutation({
    mutationFn: () => giveConsent(request, { slug: app, person, scopes: texts }),
    onSuccess: () => queries.invalidateQueries({ queryKey: grantsKey(person) }),
  })
  const set = (scope: AskableScope, resource: string | undefined): void => {
    const { [scope]: _, ...rest } = asked
    setAsked(resource === undefined ? rest : { ...rest, [scope]: resource })
    give.reset()
  }
  return (
    <div className="grid gap-5">
      <Field label={say('person')}>
        {(control) => (
          <Select
            {...control}
            value={person}
            onChange={(event) => {
              setPerson(event.target.value)
              give.reset()
            }}
          >
            {here.people.map(({ host_id, name: each }) => (
              <option key={host_id} value={host_id}>
                {each}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <fieldset className="grid gap-1">
        <legend className="mb-1.5 text-sm font-semibold">{say('scopes')}</legend>
        {ASKABLE_SCOPES.map((scope) => (
          <ScopeChoice
            key={scope}
            scope={scope}
            name={name}
            resources={resourcesOf(here, person, scope)}
            chosen={asked[scope]}
            onChange={(resource) => set(scope, resource)}
          />
        ))}
      </fieldset>
      <div className="grid gap-2 rounded-large border border-line bg-ground p-4">
        <p className="text-xs font-semibold text-soft">{say('preview')}</p>
        {scopes.length === 0 ? (
          <p className="text-soft">{say('choose')}</p>
        ) : (
          <>
            <p className="font-semibold">{say('asks', { app: settings?.display_name ?? app, name })}</p>
            <ul className="grid list-disc gap-1 ps-5 text-sm">
              {scopes.map(({ scope, about }) => (
                <li key={scope}>
                  {say(`scope.${scope}`)}
                  {about && <span className="text-soft"> ({aboutWords(say, about)})</span>}
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
      <div className="flex flex-wrap gap-2">
        <Button
          kind="main"
          icon={<ShieldCheck className="size-4" />}
          busy={give.isPending}
          disabled={scopes.length === 0}
          onClick={() => give.mutate()}
        >
          {say('give')}
        </Button>
        {redirectUri === undefined ? null : (
          <a
            href={consentPath(person, { slug: app, redirectUri }, texts)}
            target="_blank"
            rel="noopener"
            aria-disabled={scopes.length === 0}
            className="inline-flex min-h-11 items-center gap-2 rounded-normal border border-line px-4 font-semibold hover:bg-sunken"
          >
            <ExternalLink aria-hidden="true" className="points size-4" />
            {say('open')}
          </a>
        )}
      </div>
      {settings && redirectUri === undefined && (
        <p className="text-sm text-soft">
          <button
            type="button"
            onClick={onSettings}
            className="text-start text-accent underline underline-offset-4"
          >
            {say('noRedirect')}
          </button>
        </p>
      )}
      {give.isError && (
        <p role="alert" className="text-sm text-bad">
          {failureWords(sayUi, give.error)}
        </p>
      )}
      {give.isSuccess && (
        <div role="status" className="grid gap-2 text-sm">
          <p className="text-good">{say('given', { minutes: Math.round(give.data.expires_in / 60) })}</p>
          <CodeBlock label={say('token')} code={give.data.access_token} />
        </div>
      )}
    </div>
  )
}

type SayConsent = ReturnType<typeof useWords<(typeof consentWords)['en']>>

const aboutWords = (say: SayConsent, { title, peer }: Resource): string =>
  peer === null ? title : say('withPeer', { post: title, peer })

interface ScopeChoiceProps {
  scope: AskableScope
  name: string
  resources: readonly Resource[]
  /** undefined when not ticked; else the resource, or '' for the first. */
  chosen: string | undefined
  onChange: (resource: string | undefined) => void
}

function ScopeChoice({ scope, name, resources, chosen, onChange }: ScopeChoiceProps): ReactNode {
  const say = useWords(consentWords)
  const id = useId()
  const impossible = ASKABLE[scope] !== 'none' && resources.length === 0
  const ticked = chosen !== undefined && !impossible
  return (
    <div>
      <div className="flex items-start gap-3 py-1.5">
        <input
          id={id}
          type="checkbox"
          className="mt-1 size-5 shrink-0 accent-accent"
          checked={ticked}
          disabled={impossible}
          aria-describedby={`${id}-name`}
          onChange={(event) => onChange(event.target.checked ? '' : undefined)}
        />
        <div className="min-w-0 leading-snug">
          <label htmlFor={id} className={impossible ? 'text-soft' : 'font-medium'}>
            {say(`scope.${scope}`)}
          </label>
          <p id={`${id}-name`} className="text-xs break-all text-soft">
            <code>{scope}</code>
          </p>
          {impossible && <p className="text-sm text-soft">{say('none', { name })}</p>}
        </div>
      </div>
      {ticked && resources.length > 0 && (
        <Select
          aria-label={say('about')}
          className="mb-2 ms-8 max-w-[calc(100%-2rem)] text-sm"
          value={resources.some((each) => each.id === chosen) ? chosen : resources[0]!.id}
          onChange={(event) => onChange(event.target.value)}
        >
          {resources.map((resource) => (
            <option key={resource.id} value={resource.id}>
              {aboutWords(say, resource)}
            </option>
          ))}
        </Select>
      )}
    </div>
  )
}
