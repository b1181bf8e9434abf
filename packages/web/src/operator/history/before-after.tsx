import type { ReactNode } from 'react'
import type { OperatorAction } from '../../api/operator/operator-shapes.ts'
import { permissionWords } from '../../desk/permission-words.ts'
import { scopeWords } from '../../desk/scope-words.ts'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { historyWords } from './words.ts'

/** How it was and how it is, where a sentence does not say it all. */
export function BeforeAfter({ action }: { action: OperatorAction }): ReactNode {
  const say = useWords(historyWords)
  const { before, after } = action
  if (before === null || after === null || action.action === 'change_user') return null
  const isApp = action.action === 'decide_app'
  return (
    <dl className="grid gap-x-4 gap-y-1 text-sm sm:grid-cols-[auto_minmax(0,1fr)]">
      <dt className="text-soft">{say('before')}</dt>
      <dd>{isApp ? <Names state={before} /> : <Limits state={before} />}</dd>
      <dt className="text-soft">{say('after')}</dt>
      <dd>{isApp ? <Names state={after} /> : <Limits state={after} />}</dd>
    </dl>
  )
}

type State = NonNullable<OperatorAction['before']>

const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []

function Names({ state }: { state: State }): ReactNode {
  const say = useWords(historyWords)
  const sayPermission = useWords(permissionWords)
  const sayScope = useWords(scopeWords)
  const names = [
    ...textsOf(state.permissions).map((name) => sayPermission(name)),
    ...textsOf(state.scopes).map((name) => sayScope(name)),
  ]
  return names.length === 0 ? say('nothing') : names.join(' · ')
}

function Limits({ state }: { state: State }): ReactNode {
  const say = useWords(historyWords)
  const format = useFormat()
  const limit = (value: unknown): string => {
    if (typeof value !== 'number') return say('usual')
    return value === 0 ? say('none') : format.number(value)
  }
  return say('limits', { minute: limit(state.per_minute), day: limit(state.per_day) })
}
