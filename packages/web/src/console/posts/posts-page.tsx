import { Copy, Newspaper } from 'lucide-react'
import { type FormEvent, type ReactNode, useId, useState } from 'react'
import type { DevelopmentPost, DevelopmentPosts } from '../../api/console/console-shapes.ts'
import { ApiFailure } from '../../api/request.ts'
import { PageHead } from '../../desk/page-head.tsx'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { BidiText } from '../../ui/bidi-text.tsx'
import { Button } from '../../ui/button.tsx'
import { Chip } from '../../ui/chip.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { failureWords } from '../../ui/failure-words.ts'
import { Field } from '../../ui/field.tsx'
import { EmptyState, ErrorState, LoadingRows } from '../../ui/states.tsx'
import { TextInput } from '../../ui/text-input.tsx'
import { useToast } from '../../ui/toasts.tsx'
import { uiWords } from '../../ui/words.ts'
import { useChange, useConsoleData } from '../frame/console-queries.ts'
import { postWords } from './words.ts'

const POSTS = '/development-posts'
const LIMIT = 10

export function PostsPage(): ReactNode {
  const say = useWords(postWords)
  const { data, error, refetch } = useConsoleData<DevelopmentPosts>(POSTS)
  const [isCopying, setCopying] = useState(false)
  const [retiring, setRetiring] = useState<DevelopmentPost | null>(null)
  const copy = (
    <Button kind="main" icon={<Copy className="size-4" />} onClick={() => setCopying(true)}>
      {say('copy')}
    </Button>
  )
  const rows = data?.posts ?? []
  return (
    <main className="grid gap-6">
      <PageHead
        title={say('title')}
        description={say('text', { limit: data?.limit ?? LIMIT })}
        actions={rows.length > 0 && copy}
      />
      <div className="rounded-large border-line bg-paper max-md:bg-transparent md:border">
        {data ? (
          rows.length === 0 ? (
            <EmptyState icon={<Newspaper />} title={say('none')} action={copy}>
              {say('noneText')}
            </EmptyState>
          ) : (
            <PostTable posts={rows} onRetire={setRetiring} />
          )
        ) : error ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : (
          <LoadingRows count={3} />
        )}
      </div>
      {isCopying && <CopyDialog onClose={() => setCopying(false)} />}
      {retiring && <RetireDialog post={retiring} onClose={() => setRetiring(null)} />}
    </main>
  )
}

interface PostTableProps {
  posts: readonly DevelopmentPost[]
  onRetire: (post: DevelopmentPost) => void
}

function PostTable({ posts, onRetire }: PostTableProps): ReactNode {
  const say = useWords(postWords)
  const format = useFormat()
  const columns: Column<DevelopmentPost>[] = [
    {
      key: 'post',
      title: say('post'),
      leads: true,
      cell: ({ title, token }) => (
        <div className="grid gap-0.5">
          <BidiText className="justify-self-start font-semibold">{title}</BidiText>
          <code className="justify-self-start text-sm text-soft">{token}</code>
        </div>
      ),
    },
    { key: 'category', title: say('category'), cell: ({ category }) => <code>{category}</code> },
    {
      key: 'state',
      title: say('state'),
      cell: ({ state }) =>
        state === 'RETIRED' ? <Chip>{say('retired')}</Chip> : <Chip tone="good">{say('active')}</Chip>,
    },
    { key: 'made', title: say('madeAt'), cell: ({ created_at }) => format.dateTime(created_at) },
    {
      key: 'do',
      title: '',
      cell: (post) =>
        post.state !== 'RETIRED' && (
          <Button size="small" className="max-md:ms-auto max-md:min-h-11" onClick={() => onRetire(post)}>
            {say('retire')}
          </Button>
        ),
    },
  ]
  return <DataTable caption={say('title')} columns={columns} rows={posts} rowKey={({ token }) => token} />
}

function CopyDialog({ onClose }: { onClose: () => void }): ReactNode {
  const say = useWords(postWords)
  const sayUi = useWords(uiWords)
  const toast = useToast()
  const copy = useChange<DevelopmentPost>()
  const form = useId()
  const [token, setToken] = useState('')
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (token === '') return
    copy.mutate(
      { method: 'POST', path: POSTS, body: { post_token: token } },
      {
        onSuccess: () => {
          toast({ text: say('made') })
          onClose()
        },
      },
    )
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={say('copy')}
      description={say('copyText')}
      footer={
        <Button kind="main" type="submit" form={form} busy={copy.isPending} disabled={token === ''}>
          {say('copy')}
        </Button>
      }
    >
      <form id={form} onSubmit={submit}>
        <Field
          label={say('token')}
          hint={say('tokenHint')}
          error={
            copy.error
              ? copy.error instanceof ApiFailure && copy.error.status === 404
                ? say('unknown')
                : failureWords(sayUi, copy.error)
              : undefined
          }
        >
          {(control) => (
            <TextInput
              {...control}
              dir="ltr"
              autoComplete="off"
              spellCheck={false}
              placeholder="demo_flat"
              value={token}
              onChange={(event) => setToken(event.target.value.trim())}
            />
          )}
        </Field>
      </form>
    </Dialog>
  )
}

function RetireDialog({ post, onClose }: { post: DevelopmentPost; onClose: () => void }): ReactNode {
  const say = useWords(postWords)
  const sayUi = useWords(uiWords)
  const toast = useToast()
  const retire = useChange<DevelopmentPost>()
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={say('retireTitle')}
      confirm={say('retire')}
      dangerous
      busy={retire.isPending}
      onConfirm={() =>
        retire.mutate(
          { method: 'POST', path: `${POSTS}/${encodeURIComponent(post.token)}/retire` },
          {
            onSuccess: onClose,
            onError: (error) => toast({ text: failureWords(sayUi, error), tone: 'bad' }),
          },
        )
      }
    >
      <BidiText className="font-semibold text-ink">{post.title}</BidiText>
      <p className="mt-2">{say('retireText')}</p>
    </ConfirmDialog>
  )
}
