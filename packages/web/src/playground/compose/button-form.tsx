import { ArrowDown, ArrowLeft, ArrowRight, ArrowUp, Trash2 } from 'lucide-react'
import type { ReactNode } from 'react'
import type { PostHere } from '../../api/development/development-shapes.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { TextInput } from '../../ui/text-input.tsx'
import { ActionFields } from './action-fields.tsx'
import { composeWords } from './compose-words.ts'
import { buttonAt, type Cell, moveButton, type Rows, removeButton, setButton } from './grid-rows.ts'

export interface ButtonFormProps {
  rows: Rows
  cell: Cell
  posts: readonly PostHere[]
  /** What is wrong, by the rest of the path below the button. */
  wrong: (path: string) => string | undefined
  onChange: (rows: Rows) => void
  onChoose: (cell: Cell | null) => void
}

/** With its margin it is clear of the bar that stays at the panel's end. */
const comeIntoView = (form: HTMLElement | null): void => form?.scrollIntoView({ block: 'nearest' })

/** One button of a grid: what stands on it, what it does, and where it stands. */
export function ButtonForm({ rows, cell, posts, wrong, onChange, onChoose }: ButtonFormProps): ReactNode {
  const say = useWords(composeWords)
  const button = buttonAt(rows, cell)
  if (button === undefined) return null
  const set = (change: Readonly<Record<string, unknown>>): void =>
    onChange(setButton(rows, cell, { ...button, ...change }))
  const { row, column } = cell
  const move = (to: Cell) => {
    const moved = moveButton(rows, cell, to)
    return {
      disabled: moved === null,
      onClick: () => {
        if (moved === null) return
        onChange(moved.rows)
        onChoose(moved.at)
      },
    }
  }
  const { icon } = button
  return (
    <div
      ref={comeIntoView}
      className="grid animate-rise scroll-mt-4 scroll-mb-56 gap-3 rounded-large border border-accent p-3"
    >
      <Field label={say('edit.caption')} error={wrong('.caption') ?? wrong('')}>
        {(control) => (
          <TextInput
            {...control}
            value={typeof button.caption === 'string' ? button.caption : ''}
            onChange={(event) => set({ caption: event.target.value })}
          />
        )}
      </Field>
      <Field label={say('edit.icon')} hint={say('edit.iconHint')} error={wrong('.icon')}>
        {(control) => (
          <TextInput
            {...control}
            dir="ltr"
            value={typeof icon === 'string' ? icon : ''}
            onChange={(event) => set({ icon: event.target.value || undefined })}
          />
        )}
      </Field>
      <ActionFields
        action={button.action}
        posts={posts}
        wrong={(path) => wrong(`.action${path}`)}
        onChange={(action) => set({ action })}
      />
      <div className="flex flex-wrap items-center justify-between gap-2">
        <fieldset className="flex" aria-label={say('edit.move')}>
          <IconButton label={say('edit.back')} {...move({ row, column: column - 1 })}>
            <ArrowLeft className="points" />
          </IconButton>
          <IconButton label={say('edit.on')} {...move({ row, column: column + 1 })}>
            <ArrowRight className="points" />
          </IconButton>
          <IconButton label={say('edit.up')} {...move({ row: row - 1, column: Number.MAX_SAFE_INTEGER })}>
            <ArrowUp />
          </IconButton>
          <IconButton label={say('edit.down')} {...move({ row: row + 1, column: Number.MAX_SAFE_INTEGER })}>
            <ArrowDown />
          </IconButton>
        </fieldset>
        <div className="flex gap-2">
          <Button
            kind="danger"
            size="small"
            icon={<Trash2 className="size-4" />}
            onClick={() => {
              onChoose(null)
              onChange(removeButton(rows, cell))
            }}
          >
            {say('edit.remove')}
          </Button>
          <Button size="small" onClick={() => onChoose(null)}>
            {say('edit.done')}
          </Button>
        </div>
      </div>
    </div>
  )
}
