import { ChevronDown, MousePointerClick } from 'lucide-react'
import type { ReactNode } from 'react'
import { CLICK_OUTCOMES, type Click } from '../../api/console/console-shapes.ts'
import { PageHead } from '../../desk/page-head.tsx'
import { PagedList } from '../../desk/paged-list.tsx'
import { useFilters } from '../../desk/use-filters.ts'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Chip } from '../../ui/chip.tsx'
import { CodeBlock } from '../../ui/code-block.tsx'
import { ExternalLink } from '../../ui/external-link.tsx'
import { SelectField } from '../../ui/select-field.tsx'
import { useThisApp } from '../frame/app-frame.tsx'
import { appPath, usePages } from '../frame/console-queries.ts'
import { Facts } from '../frame/facts.tsx'
import { consoleWords } from '../words.ts'
import { prettyJson } from './pretty-json.ts'
import { trafficWords } from './words.ts'

const FILTERS = ['outcome'] as const

export function ClicksPage(): ReactNode {
  const say = useWords(trafficWords)
  const sayConsole = useWords(consoleWords)
  const { slug } = useThisApp()
  const [filters, change] = useFilters(FILTERS)
  const pages = usePages<'clicks', Click>(appPath(slug, '/clicks'), filters)
  return (
    <div className="grid gap-6">
      <PageHead title={sayConsole('sections.clicks')} description={say('clicksText')} />
      <div className="max-w-60">
        <SelectField
          label={say('outcome')}
          value={filters.outcome}
          onChange={(outcome) => change({ outcome })}
          options={[
            { value: '', label: sayConsole('all') },
            ...CLICK_OUTCOMES.map((value) => ({ value, label: say(`clickOutcomes.${value}`) })),
          ]}
        />
      </div>
      <PagedList
        pages={pages}
        name="clicks"
        empty={{
          icon: <MousePointerClick />,
          title: say(filters.outcome === '' ? 'noClicks' : 'nothingFound'),
          text: filters.outcome === '' && say('noClicksText'),
        }}
      >
        {(rows) => (
          <ul className="grid gap-3">
            {rows.map((click) => (
              <li key={click.id}>
                <ClickLine click={click} />
              </li>
            ))}
          </ul>
        )}
      </PagedList>
    </div>
  )
}

/** A click: in a line what came of it, opened its cause, its fix and the call. */
function ClickLine({ click }: { click: Click }): ReactNode {
  const say = useWords(trafficWords)
  const format = useFormat()
  return (
    <details className="group rounded-normal border border-line bg-paper">
      <summary className="flex min-h-14 cursor-pointer flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2 marker:content-none">
        <ChevronDown
          aria-hidden="true"
          className="size-4 shrink-0 text-soft transition-transform group-open:rotate-180"
        />
        <Chip tone={click.outcome === 'failed' ? 'bad' : 'good'}>
          {say(`clickOutcomes.${click.outcome}`)}
        </Chip>
        <code className="text-sm break-all">{click.touchpoint ?? click.action}</code>
        {click.reason !== null && <code className="text-sm text-bad">{click.reason}</code>}
        <span className="text-sm text-soft">{format.duration(click.duration_ms)}</span>
        <time dateTime={click.created_at} className="ms-auto text-sm text-soft">
          {format.dateTime(click.created_at)}
        </time>
      </summary>
      <ClickDetails click={click} />
    </details>
  )
}

function ClickDetails({ click }: { click: Click }): ReactNode {
  const say = useWords(trafficWords)
  const sayConsole = useWords(consoleWords)
  const id = (text: string | null): ReactNode =>
    text === null ? sayConsole('none') : <code className="text-sm break-all">{text}</code>
  return (
    <div className="grid gap-4 border-t border-line p-4 *:min-w-0">
      {click.detail !== null && (
        <p className="text-bad">
          <bdi dir="auto">{click.detail}</bdi>
        </p>
      )}
      {click.help !== null && (
        <p>
          <ExternalLink href={click.help}>{sayConsole('help')}</ExternalLink>
        </p>
      )}
      <Facts
        facts={[
          [say('button'), id(click.button)],
          [say('person'), id(click.user_id)],
          [say('webhook'), id(click.id)],
          [say('conversation'), id(click.conversation_id)],
        ]}
      />
      {click.request === null ? (
        <p className="text-soft">{say('noCall')}</p>
      ) : (
        <CodeBlock label={say('callSent')} code={JSON.stringify(click.request, null, 2)} />
      )}
      {click.answer_status !== null && (
        <CodeBlock
          label={`${say('callAnswer')} · ${click.answer_status}`}
          code={prettyJson(click.answer_body ?? '')}
        />
      )}
    </div>
  )
}
