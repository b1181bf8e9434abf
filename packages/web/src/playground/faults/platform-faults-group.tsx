import { useMutation } from '@tanstack/react-query'
import { Ban, TimerOff } from 'lucide-react'
import type { ReactNode } from 'react'
import { useDevelopment } from '../../api/development/development-scope.tsx'
import type { AppFaults } from '../../api/development/development-shapes.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Button } from '../../ui/button.tsx'
import { Switch } from '../../ui/switch.tsx'
import { ActRow, FaultGroup, FaultRow } from './fault-row.tsx'
import { faultWords } from './fault-words.ts'

export interface PlatformFaultsGroupProps {
  slug: string
  faults: AppFaults
  onChange: (faults: AppFaults) => void
}

/** The ways in which the platform fails an app. */
export function PlatformFaultsGroup({ slug, faults, onChange }: PlatformFaultsGroupProps): ReactNode {
  const say = useWords(faultWords)
  const request = useDevelopment()
  const expire = useMutation({
    mutationFn: () =>
      request<{ expired: number }>('POST', `/dev/v1/apps/${encodeURIComponent(slug)}/tokens/expire`, {
        body: {},
      }),
  })
  const ended = expire.data?.expired
  return (
    <FaultGroup title={say('platform.title')}>
      <FaultRow icon={<Ban />} on={faults.refuse_calls}>
        <Switch
          label={say('platform.refuse')}
          hint={say('platform.refuseHint')}
          checked={faults.refuse_calls}
          onChange={(on) => onChange({ ...faults, refuse_calls: on })}
        />
      </FaultRow>
      <ActRow
        icon={<TimerOff />}
        on={false}
        label={say('platform.expire')}
        hint={
          <>
            {say('platform.expireHint')}{' '}
            <span role="status" className="font-semibold text-ink">
              {ended === undefined
                ? ''
                : ended === 0
                  ? say('platform.noneExpired')
                  : say('platform.expired', { count: ended })}
            </span>
          </>
        }
      >
        <Button size="small" busy={expire.isPending} onClick={() => expire.mutate()}>
          {say('platform.expireNow')}
        </Button>
      </ActRow>
    </FaultGroup>
  )
}
