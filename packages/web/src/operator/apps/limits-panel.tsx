import { type ReactNode, useState } from 'react'
import type { LimitWindow, OperatedApp } from '../../api/operator/operator-shapes.ts'
import { useFormat } from '../../i18n/format.ts'
import { type Say, useWords } from '../../i18n/use-words.ts'
import { Button } from '../../ui/button.tsx'
import { failureWords } from '../../ui/failure-words.ts'
import { Field } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { TextInput } from '../../ui/text-input.tsx'
import { useToast } from '../../ui/toasts.tsx'
import { uiWords } from '../../ui/words.ts'
import { useChange } from '../frame/operator-queries.ts'
import { limitTyped, typedOf } from './limit-typed.ts'
import { appsWords } from './words.ts'

const WINDOWS = ['per_minute', 'per_day'] as const

/** How many calls an app may make; what is left empty is as for all. */
export function LimitsPanel({ app }: { app: OperatedApp }): ReactNode {
  const say = useWords(appsWords)
  const sayFailure = useWords(uiWords)
  const format = useFormat()
  const toast = useToast()
  const change = useChange<OperatedApp>()
  const [typed, setTyped] = useState(() => ({
    per_minute: typedOf(app.limits.per_minute),
    per_day: typedOf(app.limits.per_day),
  }))
  const isWrong = WINDOWS.some((window) => limitTyped(typed[window]) === undefined)
  const save = (): void => {
    const body = Object.fromEntries(
      WINDOWS.flatMap((window) => {
        const limit = limitTyped(typed[window])
        return typeof limit === 'number' ? [[window, limit]] : []
      }),
    )
    change.mutate(
      { method: 'PUT', path: `/apps/${encodeURIComponent(app.slug)}/limits`, body },
      {
        onSuccess: () => toast({ text: say('limitsSaved') }),
        onError: (error) => toast({ text: failureWords(sayFailure, error), tone: 'bad' }),
      },
    )
  }
  const hint = (window: LimitWindow): string => {
    const limit = window.limit === null ? say('noLimit') : format.number(window.limit)
    const stands = window.is_default ? say('usual', { limit }) : say('own')
    const used = window.used ?? 0
    return used === 0 ? stands : `${stands} · ${usedOf(say, used, format.time(window.resets_at))}`
  }
  return (
    <Panel title={say('limits')} description={say('limitsText')}>
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (!isWrong) save()
        }}
      >
        <div className="grid gap-4 sm:grid-cols-2">
          {WINDOWS.map((window) => (
            <Field
              key={window}
              label={say(window === 'per_minute' ? 'perMinute' : 'perDay')}
              hint={hint(app.limits[window])}
              error={limitTyped(typed[window]) === undefined ? say('wrongLimit') : undefined}
            >
              {(control) => (
                <TextInput
                  {...control}
                  inputMode="numeric"
                  value={typed[window]}
                  onChange={(event) => setTyped({ ...typed, [window]: event.target.value })}
                />
              )}
            </Field>
          ))}
        </div>
        <div className="flex justify-end">
          <Button type="submit" disabled={isWrong} busy={change.isPending}>
            {say('saveLimits')}
          </Button>
        </div>
      </form>
    </Panel>
  )
}

const usedOf = (say: Say<(typeof appsWords)['en']>, used: number, time: string): string =>
  say('used', { used, time })
