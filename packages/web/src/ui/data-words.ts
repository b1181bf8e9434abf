import { defineWords } from '../i18n/define-words.ts'

export const dataWords = defineWords(
  'data',
  {
    more: 'Show more',
    searchOn: 'Search further back',
    nothingYet: 'Nothing found so far',
    chart: 'Chart',
    table: 'Table',
    view: 'How it is shown',
    total: 'Together',
    noData: 'Nothing in this time',
    limit: 'Limit',
    of: '{{done}} of {{all}}',
  },
  {
    more: 'بیشتر نشان بده',
    searchOn: 'عقب‌تر را هم بگرد',
    nothingYet: 'تا اینجا چیزی پیدا نشد',
    chart: 'نمودار',
    table: 'جدول',
    view: 'شیوهٔ نمایش',
    total: 'روی هم',
    noData: 'در این مدت چیزی نبوده',
    limit: 'سقف',
    of: '{{done}} از {{all}}',
  },
)
