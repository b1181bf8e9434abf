import { isJsonObject } from '@charsu/protocol/json-object'
import type { Report } from '@charsu/protocol/parse'
import { BUSINESS_TYPES, type BusinessType } from '@charsu/protocol/posts'
import * as Type from 'typebox'
import type { PostLocation, PostVideo } from '../db/tables.ts'
import type { PostUpsert } from '../marketplace/upsert-posts.ts'

/** What the owner's apps read of a post beside its data: an empty object, or text, takes each away. */

const coordinate = (most: number) => Type.Optional(Type.Number({ minimum: -most, maximum: most }))
const name = Type.Optional(Type.String({ maxLength: 300 }))

export const DETAIL_FIELDS = {
  location: Type.Optional(
    Type.Object({
      latitude: coordinate(90),
      longitude: coordinate(180),
      type: Type.Optional(Type.Enum(['EXACT', 'APPROXIMATE'])),
    }),
  ),
  video: Type.Optional(
    Type.Object({
      name,
      thumbnail_name: name,
      duration: Type.Optional(Type.Integer({ minimum: 0, description: 'whole seconds' })),
    }),
  ),
  business: Type.Optional(
    Type.Object({
      name: Type.Optional(Type.String({ maxLength: 100 })),
      type: Type.Optional(Type.Enum([...BUSINESS_TYPES])),
    }),
  ),
  reject_reason: Type.Optional(Type.String({ maxLength: 1000 })),
}

export interface GivenDetails {
  location?: Partial<PostLocation>
  video?: { name?: string; thumbnail_name?: string; duration?: number }
  business?: { name?: string; type?: BusinessType }
  reject_reason?: string
}

type Details = Pick<PostUpsert, 'location' | 'video' | 'business' | 'rejectReason'>

/** Reads values that may be of wrong types, which are the schema's to report. */
export function readDetails(given: GivenDetails, prefix: string, report: Report): Details {
  requireAll(given.location, ['latitude', 'longitude'], `${prefix}location`, report)
  requireAll(given.video, ['name', 'thumbnail_name', 'duration'], `${prefix}video`, report)
  return {
    location: given.location && withType(given.location),
    video: given.video as PostVideo | undefined,
    business: given.business,
    rejectReason: given.reject_reason,
  }
}

/** Reports what is missing of an object that says anything at all. */
function requireAll(value: unknown, names: readonly string[], field: string, report: Report): void {
  if (!isJsonObject(value) || Object.keys(value).length === 0) return
  for (const name of names) {
    if (value[name] === undefined) {
      report(`${field}.${name}`, `is required beside the others; send it, or {} to take the ${field} away`)
    }
  }
}

function withType(location: Partial<PostLocation>): Details['location'] {
  return Object.keys(location).length === 0 ? {} : ({ type: 'EXACT', ...location } as PostLocation)
}
