import { CopyPlus, PlugZap, Scissors, ServerOff, Snail } from 'lucide-react'
import type { ReactNode } from 'react'
import type { AppFaults } from '../../api/development/development-shapes.ts'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Switch } from '../../ui/switch.tsx'
import { FaultGroup, FaultRow } from './fault-row.tsx'
import { faultWords } from './fault-words.ts'
import { FewChoices } from './few-choices.tsx'
import { afterStatus, DELAYS_S, STATUSES } from './switched-faults.ts'

export interface AppFaultsGroupProps {
  faults: AppFaults
  onChange: (faults: AppFaults) => void
}

/** The ways in which an app fails the platform. */
export function AppFaultsGroup({ faults, onChange }: AppFaultsGroupProps): ReactNode {
  const say = useWords(faultWords)
  const format = useFormat()
  const set = (changes: Partial<AppFaults>): void => onChange({ ...faults, ...changes })
  const { down, delay_ms: delayMs, drop, status, duplicate } = faults
  return (
    <FaultGroup title={say('app.title')}>
      <FaultRow icon={<PlugZap />} on={down}>
        <Switch
          label={say('app.down')}
          hint={say('app.downHint')}
          checked={down}
          onChange={(on) => set({ down: on })}
        />
      </FaultRow>
      <FaultRow icon={<Snail />} on={delayMs > 0}>
        <Switch
          label={say('app.slow')}
          hint={say('app.slowHint')}
          checked={delayMs > 0}
          onChange={(on) => set({ delay_ms: on ? DELAYS_S[0] * 1000 : 0 })}
        />
        {delayMs > 0 && (
          <FewChoices
            label={say('app.slowBy')}
            value={delayMs / 1000}
            options={DELAYS_S.map((value) => ({ value, label: say('app.seconds', { n: value }) }))}
            onChange={(seconds) => set({ delay_ms: seconds * 1000 })}
          />
        )}
      </FaultRow>
      <FaultRow icon={<Scissors />} on={drop}>
        <Switch
          label={say('app.drop')}
          hint={say('app.dropHint')}
          checked={drop}
          onChange={(on) => set({ drop: on })}
        />
      </FaultRow>
      <FaultRow icon={<ServerOff />} on={status !== null}>
        <Switch
          label={say('app.status')}
          hint={say('app.statusHint')}
          checked={status !== null}
          onChange={(on) => set(afterStatus(faults, on ? STATUSES[0] : null))}
        />
        {status !== null && (
          <FewChoices
            label={say('app.statusOf')}
            value={status}
            options={STATUSES.map((value) => ({ value, label: format.number(value) }))}
            onChange={(chosen) => set(afterStatus(faults, chosen))}
          />
        )}
      </FaultRow>
      <FaultRow icon={<CopyPlus />} on={duplicate}>
        <Switch
          label={say('app.duplicate')}
          hint={say('app.duplicateHint')}
          checked={duplicate}
          onChange={(on) => set({ duplicate: on })}
        />
      </FaultRow>
    </FaultGroup>
  )
}
