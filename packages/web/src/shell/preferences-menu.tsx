import { LogOut, Settings2 } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Locale } from '../i18n/locale.ts'
import { useWords } from '../i18n/use-words.ts'
import { IconButton } from '../ui/button.tsx'
import { Menu, MenuChoice, MenuItem, MenuLine } from '../ui/menu.tsx'
import { applyLocale, applyTheme, themeInForce } from './preferences.ts'
import type { Theme } from './start-data.ts'
import { shellWords } from './words.ts'

const LANGUAGES = [
  { value: 'fa', label: 'فارسی' },
  { value: 'en', label: 'English' },
] as const satisfies readonly { value: Locale; label: string }[]

/** @param onLogOut absent where there is nobody to log out. */
export function PreferencesMenu({ onLogOut }: { onLogOut?: () => void }): ReactNode {
  const say = useWords(shellWords)
  const { i18n } = useTranslation()
  const [theme, setTheme] = useState<Theme | 'system'>(() => themeInForce() ?? 'system')
  const themes = (['system', 'light', 'dark'] as const).map((value) => ({
    value,
    label: say(`theme.${value}`),
  }))
  return (
    <Menu
      trigger={
        <IconButton label={say('settings')}>
          <Settings2 />
        </IconButton>
      }
    >
      <MenuChoice
        label={say('language')}
        value={i18n.language as Locale}
        options={LANGUAGES}
        onChange={(locale) => applyLocale(i18n, locale)}
      />
      <MenuLine />
      <MenuChoice
        label={say('appearance')}
        value={theme}
        options={themes}
        onChange={(next) => {
          setTheme(next)
          applyTheme(next === 'system' ? null : next)
        }}
      />
      {onLogOut && (
        <>
          <MenuLine />
          <MenuItem icon={<LogOut className="points" />} onSelect={onLogOut}>
            {say('logOut')}
          </MenuItem>
        </>
      )}
    </Menu>
  )
}
