import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { CheckedField, UrlVerdict } from '../../api/console/console-shapes.ts'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import { TextInput } from '../../ui/text-input.tsx'
import { addressFault } from './form-faults.ts'
import { type UrlCheckState, useUrlCheck } from './use-url-check.ts'
import { settingsWords } from './words.ts'

export interface UrlFieldProps {
  slug: string
  field: CheckedField
  label: string
  hint?: string
  value: string
  /** What the server said of it when it was saved. */
  refusal?: string | undefined
  onChange: (value: string) => void
  /** Beside the field, such as a button that takes it away. */
  children?: ReactNode
}

/** An address, with what is wrong with it at once and whether it answers a moment later. */
export function UrlField(props: UrlFieldProps): ReactNode {
  const { slug, field, label, hint, value, refusal, onChange, children } = props
  const say = useWords(settingsWords)
  const { state, checkNow, checkAgain } = useUrlCheck(slug, field, value)
  const fault = addressFault(field, value)
  const canBeTried = value !== '' && fault === undefined
  return (
    <div className="grid gap-1.5">
      <Field label={label} hint={hint} error={fault ? say(`fault.${fault}`) : refusal}>
        {(control) => (
          <div className="flex gap-2">
            <TextInput
              {...control}
              dir="ltr"
              inputMode="url"
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              value={value}
              placeholder={field === 'redirect_uri' ? 'https://app.example/back' : 'https://app.example/…'}
              onChange={(event) => onChange(event.target.value)}
              onBlur={checkNow}
            />
            {/* Stays, and can be focused: leaving the field is what begins a try, and focus comes here from it. */}
            {canBeTried && (
              <Button
                className="shrink-0"
                aria-disabled={state.kind === 'trying'}
                onClick={() => state.kind !== 'trying' && checkAgain()}
              >
                {say('checkNow')}
              </Button>
            )}
            {children}
          </div>
        )}
      </Field>
      {/* Its line is kept free: leaving the field by a press on a button must not move that button away. */}
      <div aria-live="polite" className={canBeTried ? 'min-h-6' : undefined}>
        {fault === undefined && <CheckLine state={state} />}
      </div>
    </div>
  )
}

function CheckLine({ state }: { state: UrlCheckState }): ReactNode {
  const say = useWords(settingsWords)
  if (state.kind === 'none') return null
  if (state.kind === 'trying')
    return (
      <Line look="text-soft" icon={<Spinner className="size-3.5" />}>
        {say('check.trying')}
      </Line>
    )
  if (state.kind !== 'verdict')
    return (
      <Line look="text-soft" icon={<Info />}>
        {say(`check.${state.kind}`)}
      </Line>
    )
  return <VerdictLine verdict={state.verdict} />
}

/** An answer, though not a good one, is a doubt; none at all is a fault. */
const isDoubt = ({ problem, answered }: UrlVerdict): boolean => answered && problem !== 'redirect'

function VerdictLine({ verdict }: { verdict: UrlVerdict }): ReactNode {
  const say = useWords(settingsWords)
  const format = useFormat()
  const { problem, reachable, status, ms, advice } = verdict
  if (problem === null && reachable === null)
    return (
      <Line look="text-soft" icon={<Info />}>
        {say('check.device')}
      </Line>
    )
  if (problem === null)
    return (
      <Line look="text-good" icon={<CircleCheck />}>
        {say('check.good', { status: String(status ?? ''), ms: format.duration(ms ?? 0) })}
      </Line>
    )
  return (
    <Line
      look={isDoubt(verdict) ? 'text-warn' : 'text-bad'}
      icon={isDoubt(verdict) ? <TriangleAlert /> : <CircleAlert />}
    >
      {say(`check.${problem}`, { status: String(status ?? '') })}
      {(problem === 'form' || problem === 'guard') && (
        <bdi dir="auto" className="mt-1 block text-soft">
          {advice}
        </bdi>
      )}
    </Line>
  )
}

const Line = ({
  look,
  icon,
  children,
}: {
  look: string
  icon: ReactNode
  children: ReactNode
}): ReactNode => (
  <div className={`flex items-start gap-2 text-sm ${look}`}>
    <span aria-hidden="true" className="mt-1 shrink-0 [&_svg]:size-4">
      {icon}
    </span>
    <div className="min-w-0">{children}</div>
  </div>
)
