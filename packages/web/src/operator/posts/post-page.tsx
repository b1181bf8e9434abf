import { useParams } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { OperatedPost } from '../../api/operator/operator-shapes.ts'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { BidiText } from '../../ui/bidi-text.tsx'
import { Chip } from '../../ui/chip.tsx'
import { CodeBlock } from '../../ui/code-block.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Facts } from '../frame/facts.tsx'
import { useOperatorData } from '../frame/operator-queries.ts'
import { BackLink, Loaded } from '../frame/page-parts.tsx'
import { PersonLink } from '../frame/person-link.tsx'
import { PostImage } from './post-image.tsx'
import { PostStateChip } from './post-state-chip.tsx'
import { postsWords } from './words.ts'

export function PostPage(): ReactNode {
  const { token = '' } = useParams({ strict: false }) as { token?: string }
  const post = useOperatorData<OperatedPost>(`/posts/${encodeURIComponent(token)}`)
  return (
    <>
      <BackLink to="/operator/posts" />
      <Loaded query={post}>
        {(data) => (
          <div className="grid gap-6">
            <Head post={data} />
            <Pictures post={data} />
            <div className="grid items-start gap-6 xl:grid-cols-2">
              <About post={data} />
              <Data data={data.data} />
            </div>
          </div>
        )}
      </Loaded>
    </>
  )
}

function Head({ post }: { post: OperatedPost }): ReactNode {
  const say = useWords(postsWords)
  return (
    <div className="grid gap-2">
      <h1 className="text-2xl font-bold break-words">
        <BidiText>{post.title || say('noTitle')}</BidiText>
      </h1>
      <p className="flex flex-wrap items-center gap-2">
        <PostStateChip state={post.state} />
        {post.development && <Chip tone="app">{say('development')}</Chip>}
      </p>
    </div>
  )
}

function Pictures({ post: { images } }: { post: OperatedPost }): ReactNode {
  const say = useWords(postsWords)
  const format = useFormat()
  if (images.length === 0) return null
  return (
    <ul aria-label={say('images')} className="flex gap-3 overflow-x-auto pb-1">
      {images.map((url, i) => (
        <li key={url}>
          <PostImage url={url} alt={say('image', { number: format.number(i + 1) })} className="h-36 w-48" />
        </li>
      ))}
    </ul>
  )
}

function About({ post }: { post: OperatedPost }): ReactNode {
  const say = useWords(postsWords)
  const format = useFormat()
  return (
    <Panel title={say('about')}>
      <Facts
        facts={[
          [say('token'), <code key="token">{post.token}</code>],
          [say('ownerTitle'), <PersonLink key="owner" person={post.owner} />],
          [say('category'), <BidiText key="category">{post.category}</BidiText>],
          [
            say('place'),
            <BidiText key="place">{[post.city, post.district].filter(Boolean).join(' / ')}</BidiText>,
          ],
          [say('published'), post.first_published_at && format.date(post.first_published_at)],
          [say('changed'), format.ago(post.last_modified_at)],
          [say('chat'), say(post.chat_enabled ? 'chatOn' : 'chatOff')],
          [say('phone'), say(post.is_phone_hidden ? 'phoneHidden' : 'phoneShown')],
          ...(post.reject_reason
            ? ([[say('rejected'), <BidiText key="rejected">{post.reject_reason}</BidiText>]] as const)
            : []),
          [
            say('conversations'),
            <span key="conversations" className="grid">
              {format.number(post.conversations)}
              <span className="text-sm text-soft">{say('conversationsHint')}</span>
            </span>,
          ],
        ]}
      />
    </Panel>
  )
}

function Data({ data }: { data: unknown }): ReactNode {
  const say = useWords(postsWords)
  return (
    <Panel title={say('data')} description={say('dataHint')}>
      <CodeBlock label={say('data')} code={JSON.stringify(data, null, 2)} />
    </Panel>
  )
}
