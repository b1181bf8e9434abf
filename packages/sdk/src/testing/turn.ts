/**
 * Lets everything that is ready to run do so, without any time passing. A channel and not a timer: tests replace timers
 * by ones that stand still.
 */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    const arrived = (): void => {
      port1.close()
      resolve()
    }
    port1.addEventListener('message', arrived, { once: true })
    port1.start()
    port2.postMessage(null)
  })
}
