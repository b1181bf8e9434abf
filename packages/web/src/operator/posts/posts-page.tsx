import { Tags } from 'lucide-react'
import { type ReactNode, useCallback } from 'react'
import type { ListedPost } from '../../api/operator/operator-shapes.ts'
import { ListPanel } from '../../desk/list-panel.tsx'
import { PageHead } from '../../desk/page-head.tsx'
import { useFilters } from '../../desk/use-filters.ts'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { BidiText } from '../../ui/bidi-text.tsx'
import { Button } from '../../ui/button.tsx'
import type { Column } from '../../ui/data-table.tsx'
import { ChoiceField, FilterBar, SearchField } from '../frame/filter-bar.tsx'
import { usePages } from '../frame/operator-queries.ts'
import { PersonLink } from '../frame/person-link.tsx'
import { RowLink } from '../frame/row-link.tsx'
import { operatorWords } from '../words.ts'
import { PostImage } from './post-image.tsx'
import { POST_STATES, PostStateChip } from './post-state-chip.tsx'
import { postsWords } from './words.ts'

const FILTERS = ['q', 'state', 'owner'] as const

export function PostsPage(): ReactNode {
  const say = useWords(postsWords)
  const sayAll = useWords(operatorWords)
  const [filters, change] = useFilters(FILTERS)
  const search = useCallback((q: string) => change({ q }), [change])
  const pages = usePages<'posts', ListedPost>('/posts', filters)
  return (
    <>
      <PageHead title={say('title')} description={say('text')} />
      <FilterBar>
        <SearchField label={say('search')} value={filters.q} onChange={search} />
        <ChoiceField
          label={say('state')}
          value={filters.state}
          onChange={(state) => change({ state })}
          options={[
            { value: '', label: sayAll('all') },
            ...POST_STATES.map((value) => ({ value, label: say(`states.${value}`) })),
          ]}
        />
        {filters.owner !== '' && (
          <Button onClick={() => change({ owner: '' })}>
            {say('owner', { owner: filters.owner })} · {say('ownerAll')}
          </Button>
        )}
      </FilterBar>
      <ListPanel
        pages={pages}
        name="posts"
        caption={say('title')}
        columns={useColumns()}
        rowKey={({ token }) => token}
        empty={{ icon: <Tags />, title: say('empty'), text: say('emptyText') }}
      />
    </>
  )
}

function useColumns(): Column<ListedPost>[] {
  const say = useWords(postsWords)
  const format = useFormat()
  return [
    {
      key: 'post',
      title: say('post'),
      leads: true,
      cell: (post) => (
        <div className="flex min-w-0 items-center gap-3">
          <PostImage url={post.image} alt="" className="size-12" />
          <div className="min-w-0">
            <p className="line-clamp-2">
              <RowLink to="/operator/posts/$token" params={{ token: post.token }}>
                <BidiText>{post.title || say('noTitle')}</BidiText>
              </RowLink>
            </p>
            <code className="block truncate text-start text-sm text-soft">{post.token}</code>
          </div>
        </div>
      ),
    },
    { key: 'state', title: say('state'), cell: (post) => <PostStateChip state={post.state} /> },
    { key: 'owner', title: say('ownerTitle'), cell: (post) => <PersonLink person={post.owner} /> },
    {
      key: 'place',
      title: say('place'),
      className: 'text-soft',
      cell: ({ city, district }) => (
        <BidiText>{[city, district].filter(Boolean).join(' / ') || '–'}</BidiText>
      ),
    },
    {
      key: 'changed',
      title: say('changed'),
      className: 'text-soft whitespace-nowrap',
      cell: (post) => format.ago(post.last_modified_at),
    },
  ]
}
