import type { ReactNode } from 'react'
import { PageHead } from '../../desk/page-head.tsx'
import { useWords } from '../../i18n/use-words.ts'
import { consoleWords } from '../words.ts'
import { KeysPanel } from './keys-panel.tsx'
import { SecretsPanel } from './secrets-panel.tsx'

export function CredentialsPage(): ReactNode {
  const say = useWords(consoleWords)
  return (
    <div className="grid gap-6">
      <PageHead title={say('sections.credentials')} />
      <KeysPanel />
      <SecretsPanel />
    </div>
  )
}
