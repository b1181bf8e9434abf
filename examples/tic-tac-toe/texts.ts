import type { Outcome } from './turn.ts'

export type Language = 'fa' | 'en'

interface Texts {
  digits: string
  yourTurn: string
  again: string
  taken: string
  old: string
  outcomes: Record<Outcome, string>
}

/** The bot does not know the person's language yet. */
export const WELCOME = 'دوز بازی کنیم؟\nShall we play tic-tac-toe?'

export const TEXTS: Record<Language, Texts> = {
  fa: {
    digits: '۱۲۳۴۵۶۷۸۹',
    yourTurn: 'نوبت شماست. شما ❌ هستید.',
    again: 'یک بار دیگر',
    taken: 'این خانه پر است.',
    old: 'این صفحه قدیمی است. روی آخرین صفحه بازی کنید.',
    outcomes: { won: 'شما بردید!', lost: 'این بار من بردم.', draw: 'مساوی شدیم.' },
  },
  en: {
    digits: '123456789',
    yourTurn: 'Your turn. You are ❌.',
    again: 'Once more',
    taken: 'This cell is taken.',
    old: 'This board is old. Play on the last one.',
    outcomes: { won: 'You win!', lost: 'I win this time.', draw: 'A draw.' },
  },
}
