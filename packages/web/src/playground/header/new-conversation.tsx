import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useDevelopment } from '../../api/development/development-scope.tsx'
import type { Surroundings } from '../../api/development/development-shapes.ts'
import { SURROUNDINGS } from '../../api/development/surroundings.ts'
import { useWords } from '../../i18n/use-words.ts'
import { baseOf } from '../../shell/page-base.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { failureWords } from '../../ui/failure-words.ts'
import { Field } from '../../ui/field.tsx'
import { Select } from '../../ui/text-input.tsx'
import { uiWords } from '../../ui/words.ts'
import { playgroundWords } from '../words.ts'

export interface NewConversationProps {
  here: Surroundings
  open: boolean
  onOpenChange: (open: boolean) => void
  onOpened: (conversationId: string) => void
}

/** A buyer begins a conversation about a post, as they would on the chat's own page. */
export function NewConversation({ here, open, onOpenChange, onOpened }: NewConversationProps): ReactNode {
  const say = useWords(playgroundWords)
  const sayUi = useWords(uiWords)
  const request = useDevelopment()
  const queries = useQueryClient()
  const posts = here.posts.filter(({ state }) => state === 'PUBLISHED')
  const [chosenPost, choosePost] = useState<string | null>(null)
  const [chosenBuyer, chooseBuyer] = useState<string | null>(null)
  const post = posts.find(({ token }) => token === chosenPost) ?? posts[0]
  const buyers = here.people.filter(({ host_id }) => host_id !== post?.owner)
  const buyer = buyers.find(({ host_id }) => host_id === chosenBuyer) ?? buyers[0]
  const begin = useMutation({
    mutationFn: ({ token, host_id }: { token: string; host_id: string }) =>
      request<{ id: string }>('POST', `${baseOf(host_id)}/me/v1/conversations`, {
        body: { post_token: token },
      }),
    async onSuccess({ id }) {
      await queries.invalidateQueries({ queryKey: SURROUNDINGS })
      onOpened(id)
    },
  })
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={say('open.title')}
      description={say('open.text')}
      footer={
        <Button
          kind="main"
          busy={begin.isPending}
          disabled={!post || !buyer}
          onClick={() => post && buyer && begin.mutate({ token: post.token, host_id: buyer.host_id })}
        >
          {say('open.confirm')}
        </Button>
      }
    >
      {post ? (
        <div className="grid gap-4">
          <Field label={say('open.post')}>
            {(control) => (
              <Select {...control} value={post.token} onChange={(event) => choosePost(event.target.value)}>
                {posts.map(({ token, title }) => (
                  <option key={token} value={token}>
                    {title || token}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label={say('open.buyer')}>
            {(control) => (
              <Select
                {...control}
                value={buyer?.host_id ?? ''}
                onChange={(event) => chooseBuyer(event.target.value)}
              >
                {buyers.map(({ host_id, name }) => (
                  <option key={host_id} value={host_id}>
                    {name}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          {begin.isError && (
            <p role="alert" className="text-sm text-bad">
              {say('open.failed')} {failureWords(sayUi, begin.error)}
            </p>
          )}
        </div>
      ) : (
        <p className="text-soft">{say('open.noPosts')}</p>
      )}
    </Dialog>
  )
}
