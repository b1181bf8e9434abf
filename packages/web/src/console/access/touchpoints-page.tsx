import { linkFault } from '@charsu/protocol/web-link'
import { Link } from '@tanstack/react-router'
import { type FormEvent, type ReactNode, useState } from 'react'
import {
  type AppDetails,
  TOUCHPOINT_OPERATIONS,
  TOUCHPOINTS,
  type Touchpoint,
  type TouchpointName,
  type TouchpointOperation,
} from '../../api/console/console-shapes.ts'
import { ApiFailure } from '../../api/request.ts'
import { PageHead } from '../../desk/page-head.tsx'
import { useWords } from '../../i18n/use-words.ts'
import { failureWords } from '../../ui/failure-words.ts'
import { Field } from '../../ui/field.tsx'
import { Select, TextInput } from '../../ui/text-input.tsx'
import { useToast } from '../../ui/toasts.tsx'
import { uiWords } from '../../ui/words.ts'
import { useThisApp } from '../frame/app-frame.tsx'
import { appPath, useChange } from '../frame/console-queries.ts'
import { SaveBar } from '../frame/save-bar.tsx'
import { consoleWords } from '../words.ts'
import { accessWords } from './words.ts'

type Places = Readonly<Partial<Record<TouchpointName, Touchpoint>>>

const placesOf = (touchpoints: readonly Touchpoint[]): Places =>
  Object.fromEntries(touchpoints.map((each) => [each.touchpoint, each]))
const listOf = (places: Places): Touchpoint[] => TOUCHPOINTS.flatMap((name) => places[name] ?? [])

const opens = ({ operation }: Touchpoint): boolean => operation === 'LOAD_WEBVIEW_DIRECT_LINK'

export function TouchpointsPage(): ReactNode {
  const app = useThisApp()
  const say = useWords(consoleWords)
  const sayAccess = useWords(accessWords)
  const sayUi = useWords(uiWords)
  const toast = useToast()
  const save = useChange<AppDetails>()
  const [places, setPlaces] = useState(() => placesOf(app.touchpoints))
  const list = listOf(places)
  const isDirty = JSON.stringify(list) !== JSON.stringify(listOf(placesOf(app.touchpoints)))
  const isWrong = list.some(
    (each) =>
      (opens(each) && linkFault(each.fallback_url ?? '') !== undefined) ||
      (each.operation === 'LOAD_WEBVIEW_SERVER_LINK' && app.session_initialization_url === null),
  )
  const refusals = save.error instanceof ApiFailure ? [...save.error.fields.values()] : []
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (isWrong) return
    save.mutate(
      { method: 'PATCH', path: appPath(app.slug), body: { touchpoints: list } },
      { onSuccess: () => toast({ text: say('saved') }) },
    )
  }
  return (
    <form onSubmit={submit} noValidate className="grid gap-6">
      <PageHead title={say('sections.touchpoints')} description={sayAccess('touchpointsText')} />
      <ul className="grid gap-4">
        {TOUCHPOINTS.map((name) => (
          <li key={name} className="rounded-large border border-line bg-paper p-5 sm:p-6">
            <PlaceEditor
              name={name}
              value={places[name]}
              onChange={(next) => setPlaces((before) => ({ ...before, [name]: next }))}
            />
          </li>
        ))}
      </ul>
      <SaveBar
        isDirty={isDirty}
        busy={save.isPending}
        isWrong={isWrong}
        failure={refusals[0] ?? (save.error ? failureWords(sayUi, save.error) : undefined)}
        onDiscard={() => {
          setPlaces(placesOf(app.touchpoints))
          save.reset()
        }}
      />
    </form>
  )
}

interface PlaceEditorProps {
  name: TouchpointName
  value: Touchpoint | undefined
  onChange: (value: Touchpoint | undefined) => void
}

function PlaceEditor({ name, value, onChange }: PlaceEditorProps): ReactNode {
  const say = useWords(accessWords)
  const { slug, session_initialization_url } = useThisApp()
  const operations = TOUCHPOINT_OPERATIONS.filter(
    (operation) => operation !== 'LOAD_WEBVIEW_DIRECT_LINK' || name === 'MY_POST',
  )
  const url = value?.fallback_url ?? ''
  const asksServer = value?.operation === 'LOAD_WEBVIEW_SERVER_LINK'
  return (
    <div className="grid gap-4 md:grid-cols-2 md:items-start">
      <div>
        <h2 className="font-semibold">{say(`place.${name}`)}</h2>
        <code className="text-sm text-soft">{name}</code>
      </div>
      <div className="grid gap-4">
        <Field label={say('operation')}>
          {(control) => (
            <Select
              {...control}
              value={value?.operation ?? ''}
              onChange={(event) => {
                const operation = event.target.value as TouchpointOperation | ''
                onChange(operation === '' ? undefined : { touchpoint: name, operation })
              }}
            >
              <option value="">{say('operations.none')}</option>
              {operations.map((operation) => (
                <option key={operation} value={operation}>
                  {say(`operations.${operation}`)}
                </option>
              ))}
            </Select>
          )}
        </Field>
        {value && opens(value) && (
          <Field
            label={say('fallback')}
            error={linkFault(url) === undefined ? undefined : say('fallbackMissing')}
          >
            {(control) => (
              <TextInput
                {...control}
                dir="ltr"
                inputMode="url"
                placeholder="https://app.example/"
                value={url}
                onChange={(event) => onChange({ ...value, fallback_url: event.target.value })}
              />
            )}
          </Field>
        )}
        {asksServer && session_initialization_url === null && (
          <p role="alert" className="text-sm text-bad">
            {say('sessionMissing')}{' '}
            <Link
              to="/console/apps/$slug/settings"
              params={{ slug } as never}
              className="text-accent underline underline-offset-4"
            >
              {say('toSettings')}
            </Link>
          </p>
        )}
      </div>
    </div>
  )
}
