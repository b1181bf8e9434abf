/** Whether a connection's address, of either end, is this machine's own and nobody else's. */
export function isLoopbackAddress(address: string | undefined): boolean {
  const plain = address?.replace(/^::ffff:/i, '')
  return plain === '::1' || (plain?.startsWith('127.') ?? false)
}
