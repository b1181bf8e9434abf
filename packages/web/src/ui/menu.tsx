import { DropdownMenu } from 'radix-ui'
import { createContext, type ReactNode, type RefObject, use, useRef } from 'react'
import { classNames } from './class-names.ts'

export interface MenuProps {
  /** One button. */
  trigger: ReactNode
  children: ReactNode
}

/** What was chosen, until the menu is gone. */
const Chosen = createContext<RefObject<(() => void) | null> | null>(null)

/** Choices below a button. */
export function Menu({ trigger, children }: MenuProps): ReactNode {
  const chosen = useRef<(() => void) | null>(null)
  // Only when the button has the focus again, so that a dialog that is opened knows where to give it back to.
  const carryOut = (): void =>
    queueMicrotask(() => {
      chosen.current?.()
      chosen.current = null
    })
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={4}
          collisionPadding={8}
          onCloseAutoFocus={carryOut}
          className="z-50 max-h-[min(24rem,80dvh)] min-w-52 overflow-y-auto rounded-normal border border-line bg-raised p-1 shadow-raised data-[state=open]:animate-rise"
        >
          <Chosen value={chosen}>{children}</Chosen>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

export interface MenuItemProps {
  icon?: ReactNode
  dangerous?: boolean
  disabled?: boolean
  onSelect?: () => void
  /** A link to be the item. */
  asChild?: boolean
  children: ReactNode
}

const ITEM =
  'flex min-h-11 cursor-pointer items-center gap-3 rounded-small px-3 outline-none data-[disabled]:opacity-50 data-[highlighted]:bg-sunken [&_svg]:size-4'

export function MenuItem({
  icon,
  dangerous,
  disabled,
  onSelect,
  asChild,
  children,
}: MenuItemProps): ReactNode {
  const chosen = use(Chosen)
  const select = (): void => {
    if (chosen) chosen.current = onSelect ?? null
    else onSelect?.()
  }
  return (
    <DropdownMenu.Item
      {...(disabled !== undefined && { disabled })}
      {...(onSelect && { onSelect: select })}
      {...(asChild && { asChild })}
      className={classNames(ITEM, dangerous && 'text-bad')}
    >
      {asChild ? (
        children
      ) : (
        <>
          {icon}
          {children}
        </>
      )}
    </DropdownMenu.Item>
  )
}

export interface MenuChoiceProps<T extends string> {
  label: string
  value: T
  options: readonly { value: T; label: string }[]
  onChange: (value: T) => void
}

/** One of several, within a menu. */
export function MenuChoice<T extends string>({
  label,
  value,
  options,
  onChange,
}: MenuChoiceProps<T>): ReactNode {
  return (
    <DropdownMenu.RadioGroup value={value} onValueChange={(next) => onChange(next as T)}>
      <DropdownMenu.Label className="px-3 pt-2 pb-1 text-xs font-semibold text-soft">
        {label}
      </DropdownMenu.Label>
      {options.map((option) => (
        <DropdownMenu.RadioItem key={option.value} value={option.value} className={ITEM}>
          <span aria-hidden="true" className="w-4">
            <DropdownMenu.ItemIndicator>✓</DropdownMenu.ItemIndicator>
          </span>
          {option.label}
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  )
}

export const MenuLine = (): ReactNode => <DropdownMenu.Separator className="my-1 h-px bg-line" />
