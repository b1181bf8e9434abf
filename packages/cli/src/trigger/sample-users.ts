/** Ids of people as an app might know them; nobody has them. */
export const SAMPLE_USERS = { buyer: 'sample-buyer', seller: 'sample-seller' } as const
