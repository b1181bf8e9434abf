import { SeededRandom } from './seeded-random.ts'

export type Language = 'fa' | 'en'

export interface SeedPerson {
  host_id: string
  name: string
  locale: Language
  phone?: string
}

const FIRST: Readonly<Record<Language, readonly string[]>> = {
  fa: [
    'زهرا',
    'علی',
    'مریم',
    'محمد',
    'فاطمه',
    'رضا',
    'نرگس',
    'حسین',
    'سارا',
    'امیر',
    'لیلا',
    'مهدی',
    'الهام',
    'سعید',
    'پریسا',
    'بهرام',
    'شیرین',
    'کیوان',
    'آزاده',
    'پیمان',
    'نیلوفر',
    'فرهاد',
    'هانیه',
    'آرش',
  ],
  en: [
    'Oliver',
    'Amelia',
    'George',
    'Isla',
    'Arthur',
    'Ava',
    'Noah',
    'Ivy',
    'Leo',
    'Freya',
    'Oscar',
    'Lily',
    'Theo',
    'Florence',
    'Henry',
    'Willow',
    'Jack',
    'Rosie',
    'Thomas',
    'Maya',
  ],
}

const LAST: Readonly<Record<Language, readonly string[]>> = {
  fa: [
    'محمدی',
    'حسینی',
    'احمدی',
    'کریمی',
    'رحیمی',
    'موسوی',
    'جعفری',
    'صادقی',
    'نوری',
    'کاظمی',
    'قاسمی',
    'رستمی',
    'شریفی',
    'اکبری',
    'یزدانی',
    'مرادی',
    'فرهادی',
    'توکلی',
    'سلیمانی',
    'ابراهیمی',
  ],
  en: [
    'Smith',
    'Jones',
    'Taylor',
    'Brown',
    'Williams',
    'Wilson',
    'Johnson',
    'Davies',
    'Patel',
    'Wright',
    'Walker',
    'White',
    'Edwards',
    'Green',
    'Hall',
    'Thomas',
    'Clarke',
    'Jackson',
    'Wood',
    'Harris',
  ],
}

/** Two thirds speak Persian, the marketplace's first language. */
const PERSIAN_PERCENT = 67
const PHONES = 10_000

/**
 * The person of a number, always the same for the same seed.
 * @param withPhone only where nobody's number can be hit by chance.
 */
export function seedPerson(seed: number, number: number, withPhone: boolean): SeedPerson {
  const random = new SeededRandom(seed, 'person', number)
  const locale: Language = random.chance(PERSIAN_PERCENT) ? 'fa' : 'en'
  const name = `${random.pick(FIRST[locale])} ${random.pick(LAST[locale])}`
  const phone = `0912${String(100 + (seed % 900))}${String(number).padStart(4, '0')}`
  return {
    host_id: `seed${seed}-${number}`,
    name,
    locale,
    ...(withPhone && number < PHONES && { phone }),
  }
}
