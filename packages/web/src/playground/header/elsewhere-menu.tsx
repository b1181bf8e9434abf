import {
  BookOpen,
  Bot,
  LayoutDashboard,
  ListX,
  MessageSquare,
  PanelsTopLeft,
  ShieldCheck,
} from 'lucide-react'
import type { ReactNode } from 'react'
import type { Surroundings } from '../../api/development/development-shapes.ts'
import { useWords } from '../../i18n/use-words.ts'
import { baseOf } from '../../shell/page-base.ts'
import { IconButton } from '../../ui/button.tsx'
import { Menu, MenuItem, MenuLine } from '../../ui/menu.tsx'
import type { Scene } from '../scene.ts'
import { playgroundWords } from '../words.ts'

/** The other pages, as the people to whom they belong, each in a tab of its own. */
export function ElsewhereMenu({
  here,
  scene,
  app,
}: {
  here: Surroundings
  scene: Scene | null
  app: string | null
}): ReactNode {
  const say = useWords(playgroundWords)
  const developer = here.people.find((person) => person.developer)
  const operator = here.people.find((person) => person.operator)
  const two = scene ? [scene.buyer, scene.seller] : here.people.slice(0, 2)
  return (
    <Menu
      trigger={
        <IconButton label={say('tools.elsewhere')}>
          <PanelsTopLeft />
        </IconButton>
      }
    >
      {two.map(({ host_id, name }) => (
        <Elsewhere key={host_id} href={`${baseOf(host_id)}/chat`} icon={<MessageSquare />}>
          {say('elsewhere.chat', { name })}
        </Elsewhere>
      ))}
      {app !== null && two[0] && (
        <Elsewhere href={`${baseOf(two[0].host_id)}/chat/addon_${encodeURIComponent(app)}`} icon={<Bot />}>
          {say('elsewhere.chatbot', { name: two[0].name })}
        </Elsewhere>
      )}
      <MenuLine />
      {developer && (
        <Elsewhere href={`${baseOf(developer.host_id)}/console`} icon={<LayoutDashboard />}>
          {say('elsewhere.console', { name: developer.name })}
        </Elsewhere>
      )}
      {operator && (
        <Elsewhere href={`${baseOf(operator.host_id)}/operator`} icon={<ShieldCheck />}>
          {say('elsewhere.operator', { name: operator.name })}
        </Elsewhere>
      )}
      <MenuLine />
      <Elsewhere href="/docs" icon={<BookOpen />}>
        {say('elsewhere.docs')}
      </Elsewhere>
      <Elsewhere href="/errors" icon={<ListX />}>
        {say('elsewhere.errors')}
      </Elsewhere>
    </Menu>
  )
}

function Elsewhere({
  href,
  icon,
  children,
}: {
  href: string
  icon: ReactNode
  children: ReactNode
}): ReactNode {
  return (
    <MenuItem asChild>
      <a href={href} target="_blank" rel="noopener">
        {icon}
        {children}
      </a>
    </MenuItem>
  )
}
