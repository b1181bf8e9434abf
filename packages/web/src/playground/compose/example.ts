import type { Speech } from './check-draft.ts'
import type { Draft } from './grid-rows.ts'

const TEXTS = {
  fa: {
    message: 'سلام! این پیام را برنامه نوشته است؛ هر کدام از شما دکمه‌های خودش را زیر آن می‌بیند.',
    hello: 'سلام کن',
    help: 'راهنما',
    visits: 'همهٔ بازدیدها',
    chatbot: 'سلام! چه کمکی از من برمی‌آید؟',
    notice: 'قرار بازدیدتان فردا ساعت ۱۰ است.',
    look: 'دیدن قرارها',
  },
  en: {
    message: 'Hello! An app wrote this message, and each of you sees buttons of their own below it.',
    hello: 'Say hello',
    help: 'Help',
    visits: 'All visits',
    chatbot: 'Hello! What can I do for you?',
    notice: 'Your visit is tomorrow at ten.',
    look: 'See the visits',
  },
} as const

/** Something to send at once and to change; its buttons carry what the bundled app understands. */
export function exampleOf(speech: Speech, locale: string): Draft {
  const language = locale === 'fa' ? 'fa' : 'en'
  const words = TEXTS[language]
  const hello = {
    caption: words.hello,
    icon: 'CHAT_BUBBLE',
    action: { get_dynamic_action: { data: { do: 'hello', language } } },
  }
  const help = { caption: words.help, icon: 'HELP', action: { open_direct_link: 'https://app.example/help' } }
  const visits = { open_server_link: { data: { do: 'visits', language } } }
  switch (speech) {
    case 'message':
      return {
        message: words.message,
        sender_buttons: {
          rows: [{ buttons: [{ caption: words.visits, icon: 'EVENT_NOTE', action: visits }] }],
        },
        receiver_buttons: { rows: [{ buttons: [hello, help] }] },
      }
    case 'chatbot':
      return { text_message: words.chatbot, buttons: { rows: [{ buttons: [hello, help] }] } }
    case 'notice':
      return { message: words.notice, primary_button: { title: words.look, action: visits } }
  }
}
