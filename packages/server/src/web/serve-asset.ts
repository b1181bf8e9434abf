import { ApiError } from '../errors.ts'
import { type ErrorRequest, HttpAnswer } from '../http/route.ts'
import type { Asset, Coding, PageFiles } from './page-files.ts'

/** The name holds a hash of the content, so what it names never changes. */
const FOR_A_YEAR = 'public, max-age=31536000, immutable'
const FOR_A_DAY = 'public, max-age=86400'

/** What each name of a font that stays the same stands for among the built files. */
const FONTS: ReadonlyMap<string, string> = new Map([
  ['vazirmatn-arabic.woff2', 'vazirmatn-arabic-wght-normal-'],
  ['vazirmatn-latin.woff2', 'vazirmatn-latin-wght-normal-'],
])

interface AssetRequest extends ErrorRequest {
  name: string
  withBody: boolean
}

/** A font under a name that stays, for the pages that the server renders itself. */
export async function serveFont(files: PageFiles, request: AssetRequest): Promise<HttpAnswer> {
  const stem = FONTS.get(request.name)
  return answer(stem === undefined ? null : await files.font(stem), request, FOR_A_DAY)
}

/** @throws 404 NOT_FOUND, which must not be kept: the file may belong to a version that comes next. */
export const serveAsset = async (files: PageFiles, request: AssetRequest): Promise<HttpAnswer> =>
  answer(await files.asset(request.name), request, FOR_A_YEAR)

function answer(asset: Asset | null, { headers, withBody }: AssetRequest, cacheControl: string): HttpAnswer {
  if (!asset) {
    throw new ApiError('NOT_FOUND', 'there is no such file of the pages: reload the page, it may be newer', {
      reason: 'NOT_FOUND',
      headers: { 'cache-control': 'no-store' },
    })
  }
  const coding = preferredCoding(asset, headers['accept-encoding']?.toString())
  const body = asset.forms[coding] ?? asset.forms.identity
  const etag = `"${asset.hash}${coding === 'identity' ? '' : `-${coding}`}"`
  const common = {
    'cache-control': cacheControl,
    etag,
    vary: 'accept-encoding',
    'x-content-type-options': 'nosniff',
  }
  if (isKnown(headers['if-none-match']?.toString(), etag)) return new HttpAnswer(304, common)
  return new HttpAnswer(
    200,
    {
      ...common,
      'content-type': asset.type,
      'content-length': String(body.length),
      ...(coding !== 'identity' && { 'content-encoding': coding }),
    },
    withBody ? body : null,
  )
}

/** The smallest form that the client takes; a coding that it weighs with 0 it does not take. */
export function preferredCoding({ forms }: Asset, acceptEncoding = ''): Coding {
  const weights = new Map(
    acceptEncoding
      .toLowerCase()
      .split(',')
      .map((each) => {
        const [name = '', ...parameters] = each.split(';').map((part) => part.trim())
        const weight = parameters.find((part) => part.startsWith('q='))?.slice(2)
        return [name, weight === undefined ? 1 : Number(weight)] as const
      }),
  )
  const takes = (coding: Coding): boolean => (weights.get(coding) ?? weights.get('*') ?? 0) > 0
  return (['br', 'gzip'] as const).find((coding) => forms[coding] && takes(coding)) ?? 'identity'
}

const isKnown = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch?.split(',').some((each) => ['*', etag].includes(each.trim().replace(/^W\//, ''))) ?? false
