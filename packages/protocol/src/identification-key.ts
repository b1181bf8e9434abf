const VISIBLE_ASCII = /^[\x21-\x7e]{1,200}$/

/** What is wrong with an identification key (wire contract §5), or undefined. Never quotes it: it is a secret. */
export const identificationKeyFault = (key: string): string | undefined =>
  VISIBLE_ASCII.test(key)
    ? undefined
    : 'must be 1 to 200 visible ASCII characters: letters, digits and signs, without spaces'
