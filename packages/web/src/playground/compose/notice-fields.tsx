import { Bell } from 'lucide-react'
import type { ReactNode } from 'react'
import type { PostHere } from '../../api/development/development-shapes.ts'
import { useWords } from '../../i18n/use-words.ts'
import { BidiText } from '../../ui/bidi-text.tsx'
import { Field } from '../../ui/field.tsx'
import { Switch } from '../../ui/switch.tsx'
import { TextInput } from '../../ui/text-input.tsx'
import type { Scene } from '../scene.ts'
import { ActionFields } from './action-fields.tsx'
import { Choice } from './choice.tsx'
import { composeWords } from './compose-words.ts'
import { type Draft, isDraft } from './grid-rows.ts'

export interface NoticeFieldsProps {
  draft: Draft
  scene: Scene
  posts: readonly PostHere[]
  wrong: (field: string) => string | undefined
  onChange: (draft: Draft) => void
}

/** What a notice is about, its two buttons, and how it will look. */
export function NoticeFields({ draft, scene, posts, wrong, onChange }: NoticeFieldsProps): ReactNode {
  const say = useWords(composeWords)
  const target = draft.target_type === 'POST' ? 'post' : 'user'
  const { target_type: _, target_resource_id: __, ...rest } = draft
  const token = scene.conversation.post_token ?? ''
  return (
    <>
      <Choice
        label={say('notice.target')}
        value={target}
        options={(['user', 'post'] as const).map((value) => ({ value, label: say(`notice.${value}`) }))}
        onChange={(next) =>
          onChange(next === 'post' ? { ...rest, target_type: 'POST', target_resource_id: token } : rest)
        }
      />
      {(['primary', 'secondary'] as const).map((which) => (
        <NoticeButton
          key={which}
          label={say(`notice.${which}`)}
          button={draft[`${which}_button`]}
          posts={posts}
          wrong={(path) => wrong(`${which}_button${path}`)}
          onChange={(button) => {
            const { [`${which}_button`]: before, ...others } = draft
            onChange(button === null ? others : { ...others, [`${which}_button`]: button })
          }}
        />
      ))}
      <NoticePreview draft={draft} />
    </>
  )
}

interface NoticeButtonProps {
  label: string
  button: unknown
  posts: readonly PostHere[]
  wrong: (path: string) => string | undefined
  onChange: (button: Draft | null) => void
}

function NoticeButton({ label, button, posts, wrong, onChange }: NoticeButtonProps): ReactNode {
  const say = useWords(composeWords)
  const present = isDraft(button)
  return (
    <div className="rounded-normal border border-line px-3 py-1">
      <Switch
        label={label}
        checked={present}
        onChange={(on) =>
          onChange(
            on ? { title: say('newButton'), action: { open_direct_link: 'https://app.example/' } } : null,
          )
        }
      />
      {present && (
        <div className="grid gap-3 pb-3">
          <Field label={say('notice.caption')} error={wrong('.title') ?? wrong('')}>
            {(control) => (
              <TextInput
                {...control}
                value={typeof button.title === 'string' ? button.title : ''}
                onChange={(event) => onChange({ ...button, title: event.target.value })}
              />
            )}
          </Field>
          <ActionFields
            action={button.action}
            posts={posts}
            wrong={(path) => wrong(`.action${path}`)}
            onChange={(action) => onChange({ ...button, action })}
          />
        </div>
      )}
    </div>
  )
}

function NoticePreview({ draft }: { draft: Draft }): ReactNode {
  const buttons = [draft.primary_button, draft.secondary_button].filter(isDraft)
  return (
    <div aria-hidden="true" className="flex gap-3 rounded-large border border-line bg-raised p-3">
      <span className="grid size-9 shrink-0 place-items-center rounded-normal bg-app-soft text-app">
        <Bell className="size-4.5" />
      </span>
      <div className="grid min-w-0 grow gap-2">
        <p className="text-sm break-words whitespace-pre-wrap">
          <BidiText>{typeof draft.message === 'string' ? draft.message : ''}</BidiText>
        </p>
        {buttons.length > 0 && (
          <div className="flex flex-wrap gap-2">
            {buttons.map((button) => (
              <span
                key={JSON.stringify(button)}
                className="max-w-full truncate rounded-normal border border-line px-3 py-1.5 text-sm font-semibold text-accent"
              >
                <BidiText>{typeof button.title === 'string' ? button.title : ''}</BidiText>
              </span>
            ))}
          </div>
        )}
      </div>
    </div>
  )
}
