import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ShieldOff, UserX } from 'lucide-react'
import type { ReactNode } from 'react'
import { grantsKey, grantsQuery } from '../../api/development/app-credentials.ts'
import { demoBotKey, useDemoBot, useDemoBotSwitch } from '../../api/development/demo-bot.ts'
import { useDevelopment } from '../../api/development/development-scope.tsx'
import type { PersonHere } from '../../api/development/development-shapes.ts'
import { useBlocking, usePeerBlock } from '../../api/development/peer-block.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Button } from '../../ui/button.tsx'
import { Chip } from '../../ui/chip.tsx'
import { Switch } from '../../ui/switch.tsx'
import type { Scene } from '../scene.ts'
import { ActRow, FaultGroup, FaultRow } from './fault-row.tsx'
import { faultWords } from './fault-words.ts'

export interface PeopleFaultsGroupProps {
  slug: string
  scene: Scene
  isBotRefused: boolean
}

/** The ways in which the two people of a chat can refuse. */
export function PeopleFaultsGroup({ slug, scene, isBotRefused }: PeopleFaultsGroupProps): ReactNode {
  const { buyer, seller } = scene
  const say = useWords(faultWords)
  return (
    <FaultGroup title={say('people.title')}>
      <BlockRow scene={scene} blocker={buyer} blocked={seller} />
      <BlockRow scene={scene} blocker={seller} blocked={buyer} />
      <ConsentRow slug={slug} scene={scene} isBotRefused={isBotRefused} />
    </FaultGroup>
  )
}

interface BlockRowProps {
  scene: Scene
  blocker: PersonHere
  blocked: PersonHere
}

function BlockRow({ scene, blocker, blocked }: BlockRowProps): ReactNode {
  const say = useWords(faultWords)
  const place = { person: blocker.host_id, conversationId: scene.conversation.id }
  const { data } = usePeerBlock(place)
  const block = useBlocking(place)
  const blocks = (block.isPending ? block.variables : data?.blocked) ?? false
  return (
    <FaultRow icon={<UserX />} on={blocks}>
      <Switch
        label={say('people.block', { blocker: blocker.name, blocked: blocked.name })}
        hint={say('people.blockHint')}
        checked={blocks}
        disabled={data === undefined}
        onChange={(on) => block.mutate(on)}
      />
    </FaultRow>
  )
}

function ConsentRow({ slug, scene: { seller }, isBotRefused }: PeopleFaultsGroupProps): ReactNode {
  const say = useWords(faultWords)
  const request = useDevelopment()
  const queries = useQueryClient()
  const { data: grants } = useQuery(grantsQuery(request, seller.host_id))
  const { data: bot } = useDemoBot()
  const connect = useDemoBotSwitch()
  const grant = grants?.find(({ app }) => app.slug === slug)
  const revoke = useMutation({
    mutationFn: (id: string) =>
      request('DELETE', `/dev/as/${encodeURIComponent(seller.host_id)}/me/v1/grants/${id}`),
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: grantsKey(seller.host_id) }),
        queries.invalidateQueries({ queryKey: demoBotKey }),
      ]),
  })
  const isBot = bot?.slug === slug
  const isGone = grants !== undefined && grant === undefined
  return (
    <ActRow
      icon={<ShieldOff />}
      on={isGone && isBotRefused}
      label={
        <span className="flex flex-wrap items-center gap-2">
          {say('people.revoke')}
          {grants && (
            <Chip tone={grant ? 'good' : 'bad'}>{say(grant ? 'people.allows' : 'people.allowsNot')}</Chip>
          )}
        </span>
      }
      hint={isGone && !isBot ? say('people.connect') : say('people.revokeHint', { name: seller.name })}
    >
      {grant ? (
        <Button size="small" kind="danger" busy={revoke.isPending} onClick={() => revoke.mutate(grant.id)}>
          {say('people.revokeNow')}
        </Button>
      ) : (
        isGone &&
        isBot && (
          <Button size="small" busy={connect.isPending} onClick={() => connect.mutate(true)}>
            {say('people.giveBack')}
          </Button>
        )
      )}
    </ActRow>
  )
}
