import { Plus, TriangleAlert } from 'lucide-react'
import { type DragEvent, type ReactNode, useState } from 'react'
import { useWords } from '../../i18n/use-words.ts'
import { BidiText } from '../../ui/bidi-text.tsx'
import { classNames } from '../../ui/class-names.ts'
import { composeWords } from './compose-words.ts'
import { addButton, type Cell, type Draft, hasRoom, moveButton, type Rows } from './grid-rows.ts'

export interface FaceEditorProps {
  /** Whose view it is. */
  name: string
  text: string
  rows: Rows
  /** The button whose form is open. */
  chosen: Cell | null
  isWrong: (cell: Cell) => boolean
  newButton: () => Draft
  onChange: (rows: Rows) => void
  onChoose: (cell: Cell | null) => void
  tone: 'mine' | 'theirs'
  /** The form of the chosen button. */
  children?: ReactNode
}

/** The message as one person will see it, whose buttons can be chosen, added and dragged about. */
export function FaceEditor(props: FaceEditorProps): ReactNode {
  const { name, text, rows, chosen, isWrong, newButton, onChange, onChoose, tone, children } = props
  const say = useWords(composeWords)
  const [dragged, setDragged] = useState<Cell | null>(null)
  const add = (row: number): void => {
    onChange(addButton(rows, row, newButton()))
    onChoose({ row, column: rows[row]?.length ?? 0 })
  }
  const dropAt = (to: Cell) => ({
    onDragOver: (event: DragEvent) => dragged && event.preventDefault(),
    onDrop: (event: DragEvent) => {
      event.preventDefault()
      const moved = dragged && moveButton(rows, dragged, to)
      setDragged(null)
      if (!moved) return
      onChange(moved.rows)
      onChoose(moved.at)
    },
  })
  return (
    <fieldset className="grid min-w-0 gap-2">
      <legend className="mb-1.5 text-sm font-semibold">{say('sees', { name })}</legend>
      <div
        className={classNames(
          'grid max-w-full gap-2 rounded-large border border-line p-3',
          tone === 'mine' ? 'bg-mine' : 'bg-theirs',
        )}
      >
        <p className="max-h-24 overflow-hidden text-sm break-words whitespace-pre-wrap">
          <BidiText>{text || '…'}</BidiText>
        </p>
        {numbered(rows).map(({ key: rowKey, item: buttons, at: row }) => (
          <div key={rowKey} className="flex gap-1.5" {...dropAt({ row, column: buttons.length })}>
            {numbered(buttons).map(({ key, item: button, at: column }) => {
              const cell = { row, column }
              const isChosen = chosen?.row === row && chosen.column === column
              return (
                <FaceButton
                  key={key}
                  button={button}
                  cell={cell}
                  isChosen={isChosen}
                  isWrong={isWrong(cell)}
                  onChoose={() => onChoose(isChosen ? null : cell)}
                  drag={{
                    draggable: true,
                    onDragStart: () => setDragged(cell),
                    onDragEnd: () => setDragged(null),
                    ...dropAt(cell),
                  }}
                />
              )
            })}
            {hasRoom(rows, row) && (
              <AddButton label={say('newButton')} onClick={() => add(row)} className="w-10 shrink-0" />
            )}
          </div>
        ))}
        {hasRoom(rows, rows.length) && (
          <div {...dropAt({ row: rows.length, column: 0 })}>
            <AddButton
              label={say(rows.length === 0 ? 'newButton' : 'newRow')}
              onClick={() => add(rows.length)}
              wide
            />
          </div>
        )}
      </div>
      {children}
    </fieldset>
  )
}

/** Rows and buttons are what stands at their place: they have no other identity. */
const numbered = <T,>(items: readonly T[]): { key: string; item: T; at: number }[] =>
  items.map((item, at) => ({ key: String(at), item, at }))

interface FaceButtonProps {
  button: Draft
  cell: Cell
  isChosen: boolean
  isWrong: boolean
  onChoose: () => void
  drag: object
}

function FaceButton({ button, cell, isChosen, isWrong, onChoose, drag }: FaceButtonProps): ReactNode {
  const say = useWords(composeWords)
  const caption =
    typeof button.caption === 'string' && button.caption !== '' ? button.caption : say('untitled')
  const label = say('button', { caption, row: cell.row + 1, column: cell.column + 1 })
  return (
    <button
      type="button"
      aria-expanded={isChosen}
      aria-label={isWrong ? `${label}, ${say('wrongHere')}` : label}
      onClick={onChoose}
      {...drag}
      className={classNames(
        'flex min-h-10 min-w-0 grow basis-0 items-center justify-center gap-1 rounded-normal border bg-paper px-2 text-sm font-semibold text-accent',
        isChosen
          ? 'border-accent ring-2 ring-accent'
          : isWrong
            ? 'border-bad'
            : 'border-line hover:border-accent',
      )}
    >
      {isWrong && <TriangleAlert aria-hidden="true" className="size-4 shrink-0 text-bad" />}
      <span className="truncate">
        <BidiText>{caption}</BidiText>
      </span>
    </button>
  )
}

interface AddButtonProps {
  label: string
  onClick: () => void
  wide?: boolean
  className?: string
}

function AddButton({ label, onClick, wide = false, className }: AddButtonProps): ReactNode {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      onClick={onClick}
      className={classNames(
        'inline-flex min-h-10 items-center justify-center gap-1.5 rounded-normal border border-dashed border-line-strong text-sm text-soft hover:border-accent hover:text-accent',
        wide && 'w-full',
        className,
      )}
    >
      <Plus aria-hidden="true" className="size-4" />
      {wide && label}
    </button>
  )
}
