import { defineWords } from '../../i18n/define-words.ts'

export const connectedWords = defineWords(
  'connected',
  {
    intro: 'Apps that you have allowed something. Each can be disconnected at any time.',
    list: 'Connected apps',
    may: 'It may',
    since: 'Connected {{day}}',
    changed: 'last changed {{day}}',
    nothing: 'Nothing, as of now.',
    empty: 'No app is connected',
    emptyText:
      'When an app asks for your permission and you allow it, it stands here with everything it may do.',
    disconnect: 'Disconnect',
    disconnectNamed: 'Disconnect {{name}}',
    confirmTitle: 'Disconnect {{name}}?',
    confirm: {
      now: 'From now on it may do none of this any more, and hears nothing new of you.',
      late: 'What was on its way to it does not arrive.',
      kept: 'What it wrote stays in your conversations, and what it has received it may still have.',
      again: 'If you need it again, you can allow it again.',
    },
    done: '{{name}} is disconnected.',
  },
  {
    intro: 'برنامه‌هایی که به آن‌ها اجازه‌ای داده‌اید. هر وقت بخواهید می‌توانید هر کدام را قطع کنید.',
    list: 'برنامه‌های متصل',
    may: 'اجازه دارد',
    since: 'اتصال از {{day}}',
    changed: 'آخرین تغییر {{day}}',
    nothing: 'فعلاً هیچ کاری.',
    empty: 'هیچ برنامه‌ای متصل نیست',
    emptyText: 'وقتی برنامه‌ای از شما اجازه بخواهد و بپذیرید، با همهٔ کارهایی که اجازه دارد اینجا می‌آید.',
    disconnect: 'قطع اتصال',
    disconnectNamed: 'قطع اتصال {{name}}',
    confirmTitle: 'اتصال {{name}} قطع شود؟',
    confirm: {
      now: 'از همین حالا دیگر اجازهٔ هیچ‌کدام از این کارها را ندارد و خبر تازه‌ای از شما به آن نمی‌رسد.',
      late: 'آنچه در راه بود هم به دستش نمی‌رسد.',
      kept: 'آنچه نوشته در گفتگوهای شما می‌ماند و آنچه تا امروز گرفته شاید نزد خودش بماند.',
      again: 'اگر باز لازمش داشتید، می‌توانید دوباره اجازه بدهید.',
    },
    done: 'اتصال {{name}} قطع شد.',
  },
)
