import { RefreshCcw } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import type { RotatedSecret, SecretInForce } from '../../api/console/console-shapes.ts'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Button } from '../../ui/button.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { failureWords } from '../../ui/failure-words.ts'
import { Panel } from '../../ui/panel.tsx'
import { useToast } from '../../ui/toasts.tsx'
import { uiWords } from '../../ui/words.ts'
import { useThisApp } from '../frame/app-frame.tsx'
import { appPath, useChange } from '../frame/console-queries.ts'
import { SecretOnce } from '../frame/secret-once.tsx'
import { credentialWords } from './words.ts'

const KINDS = ['oauth_client', 'webhook_signing'] as const
type Kind = (typeof KINDS)[number]

export function SecretsPanel(): ReactNode {
  const say = useWords(credentialWords)
  const { secrets } = useThisApp()
  return (
    <Panel title={say('secrets')} description={say('secretsText')}>
      <ul className="grid divide-y divide-line">
        {KINDS.map((kind) => (
          <SecretRow key={kind} kind={kind} inForce={secrets[kind]} />
        ))}
      </ul>
    </Panel>
  )
}

function SecretRow({ kind, inForce }: { kind: Kind; inForce: readonly SecretInForce[] }): ReactNode {
  const say = useWords(credentialWords)
  const sayUi = useWords(uiWords)
  const format = useFormat()
  const toast = useToast()
  const { slug } = useThisApp()
  const rotate = useChange<RotatedSecret>()
  const [isAsking, setAsking] = useState(false)
  const [made, setMade] = useState<RotatedSecret | null>(null)
  const [present, before] = inForce
  return (
    <li className="flex flex-wrap items-center justify-between gap-4 py-4 first:pt-0 last:pb-0">
      <div className="grid min-w-0 gap-0.5">
        <h3 className="font-semibold">{say(kind)}</h3>
        <p className="text-sm text-soft">{say(`${kind}Text`)}</p>
        {present && (
          <p className="text-sm text-soft">{say('since', { when: format.dateTime(present.created_at) })}</p>
        )}
        {before?.expires_at && (
          <p className="text-sm text-warn">{say('until', { when: format.dateTime(before.expires_at) })}</p>
        )}
      </div>
      <Button icon={<RefreshCcw className="size-4" />} onClick={() => setAsking(true)}>
        {say('rotate')}
      </Button>
      <ConfirmDialog
        open={isAsking}
        onOpenChange={setAsking}
        title={say('rotateTitle')}
        confirm={say('rotate')}
        busy={rotate.isPending}
        onConfirm={() =>
          rotate.mutate(
            { method: 'POST', path: appPath(slug, `/secrets/${kind.replace('_', '-')}/rotate`) },
            {
              onSuccess: setMade,
              onError: (error) => toast({ text: failureWords(sayUi, error), tone: 'bad' }),
              onSettled: () => setAsking(false),
            },
          )
        }
      >
        <p className="font-semibold text-ink">{say(kind)}</p>
        <p className="mt-2">{say('rotateText')}</p>
      </ConfirmDialog>
      {made && (
        <SecretOnce
          title={say('rotated')}
          text={say('rotatedText', { when: format.dateTime(made.previous_expires_at) })}
          secrets={[{ name: say(kind), value: made.secret }]}
          onDone={() => setMade(null)}
        />
      )}
    </li>
  )
}
