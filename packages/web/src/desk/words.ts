import { defineWords } from '../i18n/define-words.ts'

export const deskWords = defineWords(
  'desk',
  { logIn: 'Log in', otherPerson: 'Log in as somebody else', toChat: 'To the chat' },
  { logIn: 'ورود', otherPerson: 'ورود به نام کسی دیگر', toChat: 'به گفتگوها' },
)
