/**
 * Where an app is opened: always a path of this server's own, as the person of these pages, whatever the answer holds.
 * @param base '' or `/dev/as/{host_id}`.
 */
export function openPath(base: string, openUrl: string): string {
  const isOwn = openUrl.startsWith('/open/') && !/[\\\s]/.test(openUrl)
  return isOwn ? base + openUrl : `${base}/chat`
}
