import { type Language, type SeedPerson, seedPerson } from './people.ts'
import { SeededRandom } from './seeded-random.ts'

/** What posts of a kind are about; decides what is said about them. */
export type PostKind = 'flat' | 'rent' | 'car' | 'phone' | 'bicycle' | 'furniture'

export interface SeedPost {
  token: string
  owner: string
  category: string
  city: string
  district: string
  title: string
  data: Record<string, unknown>
}

const CATEGORIES: Readonly<Record<PostKind, string>> = {
  flat: 'apartment-sell',
  rent: 'apartment-rent',
  car: 'light',
  phone: 'mobile-phones',
  bicycle: 'bicycle',
  furniture: 'furniture-and-home',
}
const KINDS = Object.keys(CATEGORIES) as PostKind[]

interface Place {
  city: string
  district: string
  fa: string
  en: string
}

const PLACES: readonly Place[] = [
  { city: 'tehran', district: 'tajrish', fa: 'تجریش', en: 'Tajrish' },
  { city: 'tehran', district: 'abbas-abad', fa: 'عباس‌آباد', en: 'Abbas Abad' },
  { city: 'tehran', district: 'narmak', fa: 'نارمک', en: 'Narmak' },
  { city: 'tehran', district: 'ekbatan', fa: 'اکباتان', en: 'Ekbatan' },
  { city: 'isfahan', district: 'jolfa', fa: 'جلفا', en: 'Jolfa' },
  { city: 'shiraz', district: 'maaliabad', fa: 'معالی‌آباد', en: 'Maaliabad' },
  { city: 'mashhad', district: 'sajjad', fa: 'سجاد', en: 'Sajjad' },
  { city: 'tabriz', district: 'elgoli', fa: 'ائل‌گلی', en: 'El Goli' },
]

type Described = Pick<SeedPost, 'title' | 'data'>
type Describe = (random: SeededRandom, place: Place) => Record<Language, Described>

const both = (
  fa: string,
  en: string,
  about: { fa: string; en: string },
  facts: Record<string, unknown>,
): Record<Language, Described> => ({
  fa: { title: fa, data: { description: about.fa, ...facts } },
  en: { title: en, data: { description: about.en, ...facts } },
})

const DESCRIPTIONS: Readonly<Record<PostKind, Describe>> = {
  flat(random, { fa, en }) {
    const size = 45 + random.below(150)
    const rooms = 1 + random.below(4)
    return both(
      `آپارتمان ${size} متری ${rooms} خوابه، ${fa}`,
      `${rooms}-bedroom flat, ${size} m², ${en}`,
      { fa: 'نورگیر، با پارکینگ و آسانسور، سند تک‌برگ.', en: 'Bright, with parking and a lift.' },
      { size, rooms, price: size * (60 + random.below(90)) * 1_000_000, parking: true, elevator: true },
    )
  },
  rent(random, { fa, en }) {
    const size = 40 + random.below(110)
    const credit = (2 + random.below(20)) * 100_000_000
    return both(
      `اجاره آپارتمان ${size} متری، ${fa}`,
      `Flat to let, ${size} m², ${en}`,
      { fa: 'بازدید با هماهنگی قبلی، عصرها.', en: 'Viewings in the evening, please write first.' },
      { size, rooms: 1 + random.below(3), credit, rent: credit / 20 },
    )
  },
  car(random) {
    const production_year = 1392 + random.below(12)
    const usage = random.below(240) * 1_000
    const [fa, en] = random.pick([
      ['پژو ۲۰۷', 'Peugeot 207'],
      ['پراید ۱۳۱', 'Pride 131'],
      ['دنا پلاس', 'Dena Plus'],
      ['سمند', 'Samand'],
      ['کیا سراتو', 'Kia Cerato'],
    ] as const)
    return both(
      `${fa} مدل ${production_year}`,
      `${en}, model ${production_year}`,
      { fa: 'بدون رنگ، بیمه کامل، تک‌مالک.', en: 'One owner, no paintwork, fully insured.' },
      { production_year, usage, brand_model: en },
    )
  },
  phone(random) {
    const gigabytes = random.pick([64, 128, 256])
    const [fa, en] = random.pick([
      ['آیفون ۱۳', 'iPhone 13'],
      ['سامسونگ A54', 'Samsung A54'],
      ['شیائومی نوت ۱۲', 'Xiaomi Note 12'],
    ] as const)
    return both(
      `${fa}، ${gigabytes} گیگ`,
      `${en}, ${gigabytes} GB`,
      { fa: 'با جعبه و شارژر، بدون خط و خش.', en: 'With its box and charger, no scratches.' },
      { price: (9 + random.below(45)) * 10_000_000 },
    )
  },
  bicycle(random) {
    const size = random.pick([20, 24, 26, 28])
    return both(
      `دوچرخه سایز ${size}، در حد نو`,
      `Bicycle, size ${size}, like new`,
      { fa: 'دنده‌ای، با چراغ و قفل.', en: 'With gears, lights and a lock.' },
      { price: (3 + random.below(22)) * 10_000_000 },
    )
  },
  furniture(random) {
    const [fa, en] = random.pick([
      ['میز ناهارخوری شش نفره', 'Dining table for six'],
      ['مبل راحتی سه نفره', 'Three-seat sofa'],
      ['کتابخانه چوبی', 'Wooden bookcase'],
      ['تخت دو نفره با تشک', 'Double bed with mattress'],
    ] as const)
    return both(
      `${fa}، سالم`,
      `${en}, in good condition`,
      { fa: 'به علت اسباب‌کشی، حمل با خریدار.', en: 'We are moving; the buyer collects it.' },
      { price: (2 + random.below(30)) * 10_000_000 },
    )
  },
}

export interface PlannedPost {
  kind: PostKind
  language: Language
  ownerNumber: number
  post: SeedPost
}

/** The post of a number; its words are in its owner's language. */
export function seedPost(seed: number, number: number, users: number): PlannedPost {
  const random = new SeededRandom(seed, 'post', number)
  const ownerNumber = random.below(users)
  const owner: SeedPerson = seedPerson(seed, ownerNumber, false)
  const kind = random.pick(KINDS)
  const place = random.pick(PLACES)
  const described = DESCRIPTIONS[kind](random, place)[owner.locale]
  return {
    kind,
    language: owner.locale,
    ownerNumber,
    post: {
      token: `s${seed.toString(36)}p${number.toString(36)}`,
      owner: owner.host_id,
      category: CATEGORIES[kind],
      city: place.city,
      district: place.district,
      ...described,
    },
  }
}
