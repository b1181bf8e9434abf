import { type ReactNode, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../i18n/format.ts'
import { directionOf, type Locale } from '../i18n/locale.ts'
import { useWords } from '../i18n/use-words.ts'
import { type BarTone, barsOf, scaleTop } from './bar-layout.ts'
import { classNames } from './class-names.ts'
import { dataWords } from './data-words.ts'

export interface BarSeries {
  name: string
  tone: BarTone
}

export interface BarPoint {
  /** Names the point, such as an hour; the same for two is fine. */
  label: string
  /** Below the chart, where there is room for few. */
  short: string
  /** One for each series, from the ground up; none negative. */
  values: readonly number[]
}

export interface BarChartProps {
  title: string
  series: readonly BarSeries[]
  /** In the order of time: it runs as the language does, in Persian from right to left. */
  points: readonly BarPoint[]
  /** Drawn as a line where it is near what was reached. */
  limit?: number | null
  /** What the first column of the table holds. */
  pointTitle: string
}

const WIDTH = 1000
const HEIGHT = 240
const LABELS = 6
const FILL: Readonly<Record<BarTone, string>> = {
  accent: 'fill-accent',
  good: 'fill-good',
  warn: 'fill-warn',
  bad: 'fill-bad',
}
const DOT: Readonly<Record<BarTone, string>> = {
  accent: 'bg-accent',
  good: 'bg-good',
  warn: 'bg-warn',
  bad: 'bg-bad',
}

/** Stacked bars over time, and the same numbers as a table for who cannot or does not want to see bars. */
export function BarChart(props: BarChartProps): ReactNode {
  const { title, series, points } = props
  const say = useWords(dataWords)
  const format = useFormat()
  const id = useId()
  const [view, setView] = useState<'chart' | 'table'>('chart')
  const sums = series.map((_, i) => points.reduce((sum, { values }) => sum + (values[i] ?? 0), 0))
  return (
    <figure className="grid gap-4" aria-labelledby={id}>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <figcaption id={id} className="font-semibold">
          {title}
        </figcaption>
        <fieldset className="flex gap-1 rounded-normal bg-sunken p-1">
          <legend className="sr-only">{say('view')}</legend>
          {(['chart', 'table'] as const).map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={view === each}
              onClick={() => setView(each)}
              className={classNames(
                'min-h-9 rounded-small px-3 text-sm font-semibold max-md:min-h-11',
                view === each ? 'bg-paper text-ink shadow-raised' : 'text-soft hover:text-ink',
              )}
            >
              {say(each)}
            </button>
          ))}
        </fieldset>
      </div>
      <ul className="flex flex-wrap gap-x-6 gap-y-2">
        {series.map(({ name, tone }, i) => (
          <li key={name} className="flex items-center gap-2 text-sm">
            <span aria-hidden="true" className={classNames('size-3 rounded-full', DOT[tone])} />
            <span className="text-soft">{name}</span>
            <span className="font-semibold">{format.number(sums[i] ?? 0)}</span>
          </li>
        ))}
      </ul>
      {view === 'chart' ? <Bars {...props} /> : <Numbers {...props} />}
    </figure>
  )
}

function Bars({ title, series, points, limit = null }: BarChartProps): ReactNode {
  const say = useWords(dataWords)
  const format = useFormat()
  const { i18n } = useTranslation()
  const isMirrored = directionOf(i18n.language as Locale) === 'rtl'
  const highest = Math.max(0, ...points.map(({ values }) => values.reduce((sum, value) => sum + value, 0)))
  // A limit far above would press all bars flat.
  const isLimitShown = limit !== null && limit > 0 && highest * 3 >= limit
  const top = scaleTop(isLimitShown ? Math.max(highest, limit) : highest)
  const bars = barsOf(points, { width: WIDTH, height: HEIGHT, top, isMirrored })
  const every = Math.max(1, Math.ceil(points.length / LABELS))
  return (
    <div className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-1.5">
      <div aria-hidden="true" className="flex flex-col justify-between text-end text-xs text-soft">
        <span className="-mt-2">{format.number(top)}</span>
        <span>{format.number(top / 2)}</span>
        <span className="-mb-2">{format.number(0)}</span>
      </div>
      <div className="relative h-52 min-w-0">
        <svg
          role="img"
          aria-label={
            highest === 0
              ? `${title}: ${say('noData')}`
              : `${title}: ${series.map(({ name }) => name).join('، ')}`
          }
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          className="absolute inset-0 size-full overflow-visible"
        >
          {[0, 0.5, 1].map((share) => (
            <line
              key={share}
              x1={0}
              x2={WIDTH}
              y1={HEIGHT * share}
              y2={HEIGHT * share}
              vectorEffect="non-scaling-stroke"
              className="stroke-line"
            />
          ))}
          {bars.map(({ at, x, width, parts }) => (
            <g key={at}>
              <title>{describe(points[at]!, series, format.number)}</title>
              {/* As high as the chart, so that a low bar can be pointed at too. */}
              <rect
                x={x}
                y={0}
                width={width}
                height={HEIGHT}
                className="fill-transparent hover:fill-sunken"
              />
              {parts.map(({ of, y, height }) => (
                <rect
                  key={of}
                  x={x}
                  y={y}
                  width={width}
                  height={height}
                  className={classNames(FILL[series[of]!.tone], 'pointer-events-none')}
                />
              ))}
            </g>
          ))}
          {isLimitShown && (
            <line
              x1={0}
              x2={WIDTH}
              y1={HEIGHT * (1 - limit / top)}
              y2={HEIGHT * (1 - limit / top)}
              strokeDasharray="6 5"
              strokeWidth={2}
              vectorEffect="non-scaling-stroke"
              className="stroke-bad"
            />
          )}
        </svg>
        {isLimitShown && (
          <span
            style={{ insetBlockStart: `calc(${(1 - limit / top) * 100}% - 1.4rem)` }}
            className="absolute end-0 rounded-small bg-paper px-1.5 text-xs font-semibold text-bad"
          >
            {say('limit')} {format.number(limit)}
          </span>
        )}
        {highest === 0 && (
          <p className="absolute inset-0 grid place-items-center text-sm text-soft">{say('noData')}</p>
        )}
      </div>
      <span />
      <div aria-hidden="true" className="relative h-5 text-xs text-soft">
        {points.map(
          (point, at) =>
            (points.length - 1 - at) % every === 0 &&
            at >= every / 2 && (
              <span
                key={point.label}
                style={{ insetInlineStart: `${((at + 0.5) / points.length) * 100}%` }}
                className="absolute -translate-x-1/2 whitespace-nowrap last:-translate-x-[85%] rtl:translate-x-1/2 rtl:last:translate-x-[85%]"
              >
                {point.short}
              </span>
            ),
        )}
      </div>
    </div>
  )
}

const describe = (point: BarPoint, series: readonly BarSeries[], number: (value: number) => string): string =>
  [point.label, ...series.map(({ name }, i) => `${name}: ${number(point.values[i] ?? 0)}`)].join('\n')

function Numbers({ title, series, points, pointTitle }: BarChartProps): ReactNode {
  const format = useFormat()
  return (
    // Scrolls by keyboard too.
    <div tabIndex={0} className="max-h-72 overflow-auto rounded-normal border border-line">
      <table className="w-full text-sm">
        <caption className="sr-only">{title}</caption>
        <thead className="sticky top-0 bg-sunken">
          <tr>
            <th scope="col" className="px-4 py-2 text-start font-semibold">
              {pointTitle}
            </th>
            {series.map(({ name }) => (
              <th key={name} scope="col" className="px-4 py-2 text-end font-semibold">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {points.toReversed().map((point) => (
            <tr key={point.label} className="border-t border-line">
              <th scope="row" className="px-4 py-2 text-start font-normal whitespace-nowrap">
                {point.label}
              </th>
              {series.map(({ name }, i) => (
                <td key={name} className="px-4 py-2 text-end tabular-nums">
                  {format.number(point.values[i] ?? 0)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
