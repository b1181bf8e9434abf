import { Plus, Trash2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { useWords } from '../../i18n/use-words.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Panel } from '../../ui/panel.tsx'
import { consoleWords } from '../words.ts'
import type { RedirectRow } from './settings-draft.ts'
import type { SettingsPartProps } from './settings-page.tsx'
import { UrlField } from './url-field.tsx'
import { settingsWords } from './words.ts'

const MOST = 20

/** The list of redirect URIs, a row for each. */
export function RedirectUris({ slug, draft, refusals, change }: SettingsPartProps): ReactNode {
  const say = useWords(settingsWords)
  const sayConsole = useWords(consoleWords)
  const { redirect_uris: rows } = draft
  const set = (next: readonly RedirectRow[]): void => change({ redirect_uris: next })
  return (
    <Panel title={say('redirects')} description={say('redirectsText')}>
      <div className="grid gap-4">
        {rows.map((row, i) => (
          <UrlField
            key={row.key}
            slug={slug}
            field="redirect_uri"
            label={say('redirect', { n: i + 1 })}
            value={row.uri}
            refusal={refusals.get(`redirect_uris[${i}]`)}
            onChange={(uri) => set(rows.map((each) => (each.key === row.key ? { ...each, uri } : each)))}
          >
            <IconButton
              label={sayConsole('remove')}
              onClick={() => set(rows.filter(({ key }) => key !== row.key))}
            >
              <Trash2 />
            </IconButton>
          </UrlField>
        ))}
        {rows.length < MOST && (
          <div>
            <Button
              icon={<Plus className="size-4" />}
              onClick={() => set([...rows, { key: `row ${performance.now()}`, uri: '' }])}
            >
              {say('addRedirect')}
            </Button>
          </div>
        )}
      </div>
    </Panel>
  )
}
