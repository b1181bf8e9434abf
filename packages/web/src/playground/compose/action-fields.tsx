import { ACTION_KINDS, type ActionKind } from '@charsu/protocol/button-action'
import type { ReactNode } from 'react'
import type { PostHere } from '../../api/development/development-shapes.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Field } from '../../ui/field.tsx'
import { Select, TextInput } from '../../ui/text-input.tsx'
import { composeWords } from './compose-words.ts'
import { type Draft, isDraft, kindOf } from './grid-rows.ts'
import { JsonField } from './json-field.tsx'

export interface ActionFieldsProps {
  action: unknown
  posts: readonly PostHere[]
  /** What is wrong, by the rest of the path below the action; '' for the action itself. */
  wrong: (path: string) => string | undefined
  onChange: (action: Draft) => void
}

/** What a click does, and what that needs. */
export function ActionFields({ action, posts, wrong, onChange }: ActionFieldsProps): ReactNode {
  const say = useWords(composeWords)
  const kind = kindOf(action)
  const value = kind && isDraft(action) ? action[kind] : undefined
  const holder = isDraft(value) ? value : {}
  const firstPost = posts[0]?.token ?? ''
  return (
    <>
      <Field label={say('edit.action')} error={wrong('')}>
        {(control) => (
          <Select
            {...control}
            value={kind ?? ''}
            onChange={(event) => onChange(blankAction(event.target.value as ActionKind, firstPost))}
          >
            {kind === null && <option value="">–</option>}
            {ACTION_KINDS.map((each) => (
              <option key={each} value={each}>
                {say(`kind.${each}`)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {kind === 'open_direct_link' && (
        <Field label={say('edit.link')} error={wrong('.open_direct_link')}>
          {(control) => (
            <TextInput
              {...control}
              dir="ltr"
              type="url"
              value={typeof value === 'string' ? value : ''}
              onChange={(event) => onChange({ open_direct_link: event.target.value })}
            />
          )}
        </Field>
      )}
      {(kind === 'open_server_link' || kind === 'get_dynamic_action') && (
        <JsonField
          key={kind}
          label={say('edit.data')}
          value={holder.data ?? {}}
          error={wrong(`.${kind}.data`) ?? wrong(`.${kind}`)}
          onChange={(data) => onChange({ [kind]: { ...holder, data } })}
        />
      )}
      {(kind === 'open_post_page' || kind === 'open_post_manage_page') && (
        <Field label={say('edit.post')} error={wrong(`.${kind}.post_token`) ?? wrong(`.${kind}`)}>
          {(control) => (
            <Select
              {...control}
              value={typeof holder.post_token === 'string' ? holder.post_token : ''}
              onChange={(event) => onChange({ [kind]: { ...holder, post_token: event.target.value } })}
            >
              {!posts.some(({ token }) => token === holder.post_token) && (
                <option value={String(holder.post_token ?? '')}>{String(holder.post_token ?? '–')}</option>
              )}
              {posts.map(({ token, title }) => (
                <option key={token} value={token}>
                  {title || token}
                </option>
              ))}
            </Select>
          )}
        </Field>
      )}
    </>
  )
}

export function blankAction(kind: ActionKind, postToken: string): Draft {
  switch (kind) {
    case 'open_direct_link':
      return { open_direct_link: 'https://' }
    case 'open_server_link':
    case 'get_dynamic_action':
      return { [kind]: { data: {} } }
    case 'open_post_page':
    case 'open_post_manage_page':
      return { [kind]: { post_token: postToken } }
  }
}
