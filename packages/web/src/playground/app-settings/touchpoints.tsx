import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useDevelopment } from '../../api/development/development-scope.tsx'
import { useWords } from '../../i18n/use-words.ts'
import { baseOf } from '../../shell/page-base.ts'
import { Button } from '../../ui/button.tsx'
import { failureWords } from '../../ui/failure-words.ts'
import { Field } from '../../ui/field.tsx'
import { Select, TextInput } from '../../ui/text-input.tsx'
import { uiWords } from '../../ui/words.ts'
import { appWords } from './app-words.ts'
import { useAppChange } from './change-app.ts'

const PLACES = ['MY_POST', 'MY_DIVAR', 'DIVAR_PRO', 'CHAT', 'DEMAND_POST'] as const
type Place = (typeof PLACES)[number]

const OPERATIONS = ['LOAD_WEBVIEW_SERVER_LINK', 'START_CHAT_BOT', 'LOAD_WEBVIEW_DIRECT_LINK'] as const
type Operation = (typeof OPERATIONS)[number]

interface Touchpoint {
  touchpoint: Place
  operation: Operation
  fallback_url?: string | null
}

/** Where the marketplace's pages offer the app, one operation a place (wire contract §11). */
export function Touchpoints({ slug, developer }: { slug: string; developer: string }): ReactNode {
  const request = useDevelopment()
  const { data } = useQuery({
    queryKey: ['touchpoints', slug],
    queryFn: ({ signal }) =>
      request<{ touchpoints: Touchpoint[] }>(
        'GET',
        `${baseOf(developer)}/console/v1/apps/${encodeURIComponent(slug)}`,
        { signal },
      ),
  })
  return data ? (
    <TouchpointForm key={JSON.stringify(data.touchpoints)} slug={slug} given={data.touchpoints} />
  ) : null
}

function TouchpointForm({ slug, given }: { slug: string; given: readonly Touchpoint[] }): ReactNode {
  const say = useWords(appWords)
  const sayUi = useWords(uiWords)
  const [points, setPoints] = useState(given)
  const save = useAppChange()
  const put = (place: Place, next: Touchpoint | null): void => {
    const others = points.filter(({ touchpoint }) => touchpoint !== place)
    setPoints(next ? [...others, next] : others)
    save.reset()
  }
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate({ slug, change: { touchpoints: points.map(written) } })
      }}
    >
      <div>
        <h3 className="font-semibold">{say('touchpoints')}</h3>
        <p className="text-sm text-soft">{say('touchpointsHint')}</p>
      </div>
      {PLACES.map((place) => {
        const point = points.find(({ touchpoint }) => touchpoint === place)
        return (
          <div key={place} className="grid gap-2">
            <Field label={say(`place.${place}`)}>
              {(control) => (
                <Select
                  {...control}
                  value={point?.operation ?? ''}
                  onChange={(event) => {
                    const operation = OPERATIONS.find((each) => each === event.target.value)
                    put(place, operation ? { touchpoint: place, operation } : null)
                  }}
                >
                  <option value="">{say('operation.NOTHING')}</option>
                  {OPERATIONS.filter(
                    (each) => place === 'MY_POST' || each !== 'LOAD_WEBVIEW_DIRECT_LINK',
                  ).map((operation) => (
                    <option key={operation} value={operation}>
                      {say(`operation.${operation}`)}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
            {point?.operation === 'LOAD_WEBVIEW_DIRECT_LINK' && (
              <Field label={say('fallback')}>
                {(control) => (
                  <TextInput
                    {...control}
                    dir="ltr"
                    type="url"
                    required
                    value={point.fallback_url ?? ''}
                    onChange={(event) => put(place, { ...point, fallback_url: event.target.value })}
                  />
                )}
              </Field>
            )}
          </div>
        )
      })}
      {save.isError && (
        <p role="alert" className="text-sm text-bad">
          {say('failed', { why: failureWords(sayUi, save.error) })}
        </p>
      )}
      <div>
        <Button type="submit" busy={save.isPending} disabled={same(points, given)}>
          {say('save')}
        </Button>
      </div>
    </form>
  )
}

const written = ({ touchpoint, operation, fallback_url }: Touchpoint): Touchpoint =>
  fallback_url ? { touchpoint, operation, fallback_url } : { touchpoint, operation }

const same = (a: readonly Touchpoint[], b: readonly Touchpoint[]): boolean => {
  const sorted = (points: readonly Touchpoint[]) =>
    JSON.stringify(points.map(written).toSorted((x, y) => x.touchpoint.localeCompare(y.touchpoint)))
  return sorted(a) === sorted(b)
}
