import type { FieldViolation } from '@charsu/protocol/errors'
import { type ReactNode, useState } from 'react'
import type { PostHere } from '../../api/development/development-shapes.ts'
import { useWords } from '../../i18n/use-words.ts'
import type { Scene, Side } from '../scene.ts'
import { ButtonForm } from './button-form.tsx'
import { composeWords } from './compose-words.ts'
import { FaceEditor } from './face-editor.tsx'
import { type Cell, type Draft, rowsOf, withRows } from './grid-rows.ts'

export interface MessageFacesProps {
  speech: 'message' | 'chatbot'
  /** For whom the app speaks, or to whom its chatbot does. */
  side: Side
  scene: Scene
  posts: readonly PostHere[]
  draft: Draft
  violations: readonly FieldViolation[]
  wrong: (field: string) => string | undefined
  onChange: (draft: Draft) => void
}

interface Chosen {
  member: string
  cell: Cell
  /** Stays while the button is moved about. */
  key: number
}

/** A message as each of its readers will see it, each with buttons of their own. */
export function MessageFaces(props: MessageFacesProps): ReactNode {
  const { speech, side, scene, posts, draft, violations, wrong, onChange } = props
  const say = useWords(composeWords)
  const [chosen, setChosen] = useState<Chosen | null>(null)
  const other: Side = side === 'seller' ? 'buyer' : 'seller'
  const faces =
    speech === 'chatbot'
      ? ([{ member: 'buttons', viewer: side, tone: 'theirs' }] as const)
      : ([
          { member: 'receiver_buttons', viewer: other, tone: 'theirs' },
          { member: 'sender_buttons', viewer: side, tone: 'mine' },
        ] as const)
  const text = draft[speech === 'chatbot' ? 'text_message' : 'message']
  return (
    <>
      {faces.map(({ member, viewer, tone }) => {
        const rows = rowsOf(draft[member])
        const at = chosen?.member === member ? chosen : null
        const path = ({ row, column }: Cell): string => `${member}.rows[${row}].buttons[${column}]`
        const set = (next: typeof rows): void => onChange(withRows(draft, member, next))
        const fault = wrong(member) ?? wrong(`${member}.rows`)
        return (
          <FaceEditor
            key={member}
            name={scene[viewer].name}
            text={typeof text === 'string' ? text : ''}
            rows={rows}
            tone={tone}
            chosen={at?.cell ?? null}
            isWrong={(cell) => violations.some(({ field }) => field.startsWith(path(cell)))}
            newButton={() => ({ caption: say('newButton'), action: { get_dynamic_action: { data: {} } } })}
            onChange={set}
            onChoose={(cell) => setChosen((before) => cell && { member, cell, key: (before?.key ?? 0) + 1 })}
          >
            {fault !== undefined && (
              <p role="alert" className="text-sm text-bad">
                {fault}
              </p>
            )}
            {at && (
              <ButtonForm
                key={at.key}
                rows={rows}
                cell={at.cell}
                posts={posts}
                wrong={(rest) => wrong(path(at.cell) + rest)}
                onChange={set}
                onChoose={(cell) => setChosen(cell && { ...at, cell })}
              />
            )}
          </FaceEditor>
        )
      })}
    </>
  )
}
