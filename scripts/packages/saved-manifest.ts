/** Where prepack keeps the checkout's manifest until postpack puts it back; never packed. */
export const SAVED_MANIFEST = '.package.checkout.json'
