import { Search } from 'lucide-react'
import { type ReactNode, useId, useMemo, useState } from 'react'
import { CheckRow } from '../../desk/check-row.tsx'
import type { Words } from '../../i18n/define-words.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Chip } from '../../ui/chip.tsx'
import { Panel } from '../../ui/panel.tsx'
import { TextInput } from '../../ui/text-input.tsx'
import { withOrWithout } from './chosen-names.ts'
import { accessWords } from './words.ts'

export interface NameState {
  /** Null for what the app does not list as saved. */
  approved: boolean | null
  isServed: boolean
  /** Where it stands in its life. */
  life: string
}

export interface NamesPanelProps {
  title: string
  text: string
  footnote?: string
  words: Words<Record<string, string>>
  names: readonly string[]
  chosen: ReadonlySet<string>
  isDevelopment: boolean
  stateOf: (name: string) => NameState
  onChange: (chosen: ReadonlySet<string>) => void
}

/** All names of one kind to choose from: those chosen when the page was opened come first. */
export function NamesPanel(props: NamesPanelProps): ReactNode {
  const { title, text, footnote, words, names, chosen, isDevelopment, stateOf, onChange } = props
  const say = useWords(accessWords)
  const sayName = useWords(words)
  const id = useId()
  const [sought, setSought] = useState('')
  const [first] = useState(chosen)
  const ordered = useMemo(
    () => [...names.filter((name) => first.has(name)), ...names.filter((name) => !first.has(name))],
    [names, first],
  )
  const wanted = sought.trim().toLowerCase()
  const found = ordered.filter(
    (name) => name.toLowerCase().includes(wanted) || sayName(name).toLowerCase().includes(wanted),
  )
  return (
    <Panel
      title={title}
      description={text}
      actions={<Chip tone="accent">{say('chosen', { count: chosen.size })}</Chip>}
    >
      <div className="relative mb-3">
        <label htmlFor={id} className="sr-only">
          {say('find')}
        </label>
        <Search aria-hidden="true" className="absolute start-3 top-1/2 size-4 -translate-y-1/2 text-soft" />
        <TextInput
          id={id}
          type="search"
          placeholder={say('find')}
          className="ps-9"
          value={sought}
          onChange={(event) => setSought(event.target.value)}
        />
      </div>
      {found.length === 0 ? (
        <p className="py-6 text-center text-soft">{say('nothing')}</p>
      ) : (
        // Many names: the list has its own scrolling, and its rows take the keyboard there.
        <div className="grid max-h-96 gap-0.5 overflow-y-auto overscroll-contain lg:grid-cols-2 lg:gap-x-4">
          {found.map((name) => (
            <CheckRow
              key={name}
              words={words}
              name={name}
              checked={chosen.has(name)}
              onChange={(isIn) => onChange(withOrWithout(chosen, name, isIn))}
            >
              <NameChips state={stateOf(name)} isDevelopment={isDevelopment} />
            </CheckRow>
          ))}
        </div>
      )}
      {footnote && <p className="mt-3 text-sm text-soft">{footnote}</p>}
    </Panel>
  )
}

function NameChips({ state, isDevelopment }: { state: NameState; isDevelopment: boolean }): ReactNode {
  const say = useWords(accessWords)
  return (
    <>
      {!state.isServed && <Chip>{say('notServed')}</Chip>}
      {state.life === 'DEPRECATING_SOON' && <Chip tone="warn">{say('older')}</Chip>}
      {state.life === 'EXPERIMENTAL' && <Chip>{say('newer')}</Chip>}
      {state.approved === true && <Chip tone="good">{say('approved')}</Chip>}
      {state.approved === false && !isDevelopment && <Chip tone="warn">{say('notApproved')}</Chip>}
    </>
  )
}
