import type { Language } from './people.ts'
import type { PostKind } from './posts.ts'
import { SeededRandom } from './seeded-random.ts'

type Lines = Readonly<Record<Language, readonly string[]>>

const OPENINGS: Lines = {
  fa: ['سلام، هنوز موجوده؟', 'سلام، وقت بخیر. آگهی‌تون هست هنوز؟', 'سلام، شرایط بازدید چطوره؟'],
  en: [
    'Hello, is this still available?',
    'Hi, is it still there?',
    'Hello! I saw your post, may I ask something?',
  ],
}
const WELCOMES: Lines = {
  fa: ['سلام، بله موجوده.', 'سلام، بله در خدمتم.', 'سلام، بله. بفرمایید.'],
  en: ['Hello, yes, it is.', 'Hi, yes, still here.', 'Yes, please ask.'],
}

/** A question of the buyer, and what the seller says. */
type Turn = readonly [question: string, answer: string]

const ABOUT: Readonly<Record<PostKind, Readonly<Record<Language, readonly Turn[]>>>> = {
  flat: {
    fa: [
      ['سندش چطوره؟', 'تک‌برگ، آماده انتقال.'],
      ['پارکینگش سندیه؟', 'بله، سندی و اختصاصی.'],
      ['وام داره؟', 'نه، وام ندارد.'],
    ],
    en: [
      ['Is the deed in your name?', 'Yes, and ready to be transferred.'],
      ['Is there a parking space?', 'One, in the basement.'],
      ['How old is the building?', 'Six years.'],
    ],
  },
  rent: {
    fa: [
      ['رهن کامل هم می‌دید؟', 'بله، قابل تبدیله.'],
      ['از کی خالیه؟', 'از اول ماه بعد.'],
      ['حیوان خانگی مشکلی نداره؟', 'متأسفانه نمی‌شه.'],
    ],
    en: [
      ['When is it free?', 'From the first of next month.'],
      ['Are pets allowed?', 'A cat would be fine.'],
      ['Is heating included?', 'Yes, heating and water.'],
    ],
  },
  car: {
    fa: [
      ['بیمه‌اش تا کیه؟', 'تا پایان سال.'],
      ['فنی سالمه؟', 'بله، تازه سرویس شده.'],
      ['کارشناسی میاید؟', 'بله، هر جا بفرمایید.'],
    ],
    en: [
      ['Any accidents?', 'None at all.'],
      ['May a mechanic look at it?', 'Of course, wherever you like.'],
      ['How long is the insurance valid?', 'Until the end of the year.'],
    ],
  },
  phone: {
    fa: [
      ['سلامت باتریش چنده؟', 'نود و یک درصد.'],
      ['تعمیر شده؟', 'نه، اصلاً باز نشده.'],
      ['رجیستره؟', 'بله، با کد فعال‌سازی.'],
    ],
    en: [
      ['How is the battery?', 'At 91 percent.'],
      ['Was it ever repaired?', 'No, never opened.'],
      ['Do you still have the receipt?', 'Yes, it is in the box.'],
    ],
  },
  bicycle: {
    fa: [
      ['برای قد ۱۷۵ مناسبه؟', 'بله، راحت.'],
      ['ترمزهاش دیسکیه؟', 'جلو دیسکی، عقب معمولی.'],
    ],
    en: [
      ['Is it right for someone of 1.75 m?', 'Yes, quite comfortable.'],
      ['Does it have disc brakes?', 'In front, yes.'],
    ],
  },
  furniture: {
    fa: [
      ['ابعادش چنده؟', 'می‌فرستم، الان خونه نیستم.'],
      ['از چوب چیه؟', 'راش، کاملاً سالم.'],
    ],
    en: [
      ['What are its measures?', '180 by 90 centimetres.'],
      ['Could you deliver it?', 'Sorry, it has to be collected.'],
    ],
  },
}

const GENERAL: Readonly<Record<Language, readonly Turn[]>> = {
  fa: [
    ['قیمت جای تخفیف داره؟', 'جزئی، پای معامله.'],
    ['امروز می‌تونم ببینم؟', 'بله، بعد از ساعت شش.'],
    ['شنبه صبح چطوره؟', 'خوبه، ساعت ده منتظرم.'],
    ['عکس بیشتری دارید؟', 'بله، براتون می‌فرستم.'],
    ['آدرس دقیق رو می‌فرستید؟', 'نزدیک که شدید پیام بدید.'],
    ['ممنون، خبر می‌دم.', 'خواهش می‌کنم.'],
  ],
  en: [
    ['Is the price negotiable?', 'A little, when we meet.'],
    ['May I see it today?', 'Yes, after six.'],
    ['How about Saturday morning?', 'Ten o’clock is fine.'],
    ['Do you have more pictures?', 'Yes, I will send some.'],
    ['Could you send me the address?', 'I will, write when you are near.'],
    ['Thank you, I will let you know.', 'You are welcome.'],
  ],
}

export interface SeedMessage {
  by: 'buyer' | 'seller'
  text: string
}

/** What is said in a conversation, in turns; the first so many messages of a talk that never repeats itself at once. */
export function seedChat(
  words: readonly (string | number)[],
  { kind, language }: { kind: PostKind; language: Language },
  length: number,
): SeedMessage[] {
  const random = new SeededRandom(...words, 'chat')
  const said: SeedMessage[] = [
    { by: 'buyer', text: random.pick(OPENINGS[language]) },
    { by: 'seller', text: random.pick(WELCOMES[language]) },
  ]
  let before: Turn | undefined
  while (said.length < length) {
    const turns = (said.length < 6 ? ABOUT[kind][language] : GENERAL[language]).filter(
      (turn) => turn !== before,
    )
    before = random.pick(turns)
    said.push({ by: 'buyer', text: before[0] }, { by: 'seller', text: before[1] })
  }
  return said.slice(0, length)
}
