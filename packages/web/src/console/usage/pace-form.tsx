import { type FormEvent, type ReactNode, useState } from 'react'
import type { EndpointHealth } from '../../api/console/console-shapes.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Button } from '../../ui/button.tsx'
import { failureWords } from '../../ui/failure-words.ts'
import { Field } from '../../ui/field.tsx'
import { TextInput } from '../../ui/text-input.tsx'
import { useToast } from '../../ui/toasts.tsx'
import { uiWords } from '../../ui/words.ts'
import { appPath, useChange } from '../frame/console-queries.ts'
import { consoleWords } from '../words.ts'
import { usageWords } from './words.ts'

const MOST = { concurrency: 100, rate: 10_000 } as const

const isInRange = (text: string, most: number): boolean =>
  text === '' || (/^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= most)
const numberOf = (text: string): number | null => (text === '' ? null : Number(text))
const textOf = (value: number | null): string => (value === null ? '' : String(value))

/** Limits of the app's own on attempts at its events URL. */
export function PaceForm({ health, slug }: { health: EndpointHealth; slug: string }): ReactNode {
  const say = useWords(usageWords)
  const sayConsole = useWords(consoleWords)
  const sayUi = useWords(uiWords)
  const toast = useToast()
  const save = useChange<EndpointHealth>()
  const [concurrency, setConcurrency] = useState(textOf(health.concurrency))
  const [rate, setRate] = useState(textOf(health.rate_per_second))
  const isWrong = !isInRange(concurrency, MOST.concurrency) || !isInRange(rate, MOST.rate)
  const isSame = concurrency === textOf(health.concurrency) && rate === textOf(health.rate_per_second)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (isWrong) return
    const body = { concurrency: numberOf(concurrency), rate_per_second: numberOf(rate) }
    save.mutate(
      { method: 'PATCH', path: appPath(slug, '/endpoint'), body },
      {
        onSuccess: () => toast({ text: sayConsole('saved') }),
        onError: (error) => toast({ text: failureWords(sayUi, error), tone: 'bad' }),
      },
    )
  }
  return (
    <form onSubmit={submit} noValidate className="grid items-start gap-4 sm:grid-cols-[1fr_1fr_auto]">
      <Field
        label={say('concurrency')}
        hint={say('concurrencyHint')}
        error={isInRange(concurrency, MOST.concurrency) ? undefined : say('wrongNumber')}
      >
        {(control) => (
          <TextInput
            {...control}
            dir="ltr"
            inputMode="numeric"
            value={concurrency}
            onChange={(event) => setConcurrency(event.target.value.trim())}
          />
        )}
      </Field>
      <Field
        label={say('rate')}
        hint={say('rateHint')}
        error={isInRange(rate, MOST.rate) ? undefined : say('wrongNumber')}
      >
        {(control) => (
          <TextInput
            {...control}
            dir="ltr"
            inputMode="numeric"
            value={rate}
            onChange={(event) => setRate(event.target.value.trim())}
          />
        )}
      </Field>
      <Button
        kind="main"
        type="submit"
        className="sm:mt-[1.625rem]"
        busy={save.isPending}
        disabled={isSame || isWrong}
      >
        {sayConsole('save')}
      </Button>
    </form>
  )
}
