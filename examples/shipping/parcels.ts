/** In the order in which a parcel goes through them. */
export const STATUSES = ['registered', 'handed_over', 'on_the_way', 'delivered'] as const
export type Status = (typeof STATUSES)[number]

export interface Parcel {
  /** Also the tracking code that people see. */
  id: string
  conversationId: string
  sellerId: string
  contents: string
  city: string
  weightGrams: number
  status: Status
}

export const isForward = (from: Status, to: Status): boolean => STATUSES.indexOf(to) > STATUSES.indexOf(from)

/** In memory, so that the example needs nothing else; keep yours where you keep everything. */
export class Parcels {
  readonly #parcels = new Map<string, Parcel>()

  get(id: string): Parcel | undefined {
    return this.#parcels.get(id)
  }

  save(parcel: Parcel): void {
    this.#parcels.set(parcel.id, parcel)
  }
}
