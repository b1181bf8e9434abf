import { action, serverLink } from '@charsu/sdk'
import * as Type from 'typebox'

const OfParcel = Type.Object({ parcel: Type.String() })

/** Opens the form for a parcel. */
export const ship = serverLink('ship')
/** Opens a parcel's label. */
export const label = serverLink('label', OfParcel)
/** Says where a parcel is. */
export const track = action('track', OfParcel)
