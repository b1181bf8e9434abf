import type { PressDeps, WaitingTab } from './press-button.ts'

/**
 * Tabs of the browser. What opens in them never learns of this page: neither by `opener` nor by `Referer`.
 * @param waitingText what the tab says until its page comes.
 */
export const browserTabs = (window: Window, waitingText: string): PressDeps => ({
  openTab: () => {
    // With "noopener" no handle would come back to set the address by; the way back is cut here instead.
    const tab = window.open('', '_blank')
    if (!tab) return null
    tab.opener = null
    sayWaiting(tab, waitingText)
    return waitingTab(tab)
  },
  openPage: (url) => {
    const tab = window.open('', '_blank')
    if (!tab) return false
    tab.opener = null
    waitingTab(tab).go(url)
    return true
  },
})

function waitingTab(tab: Window): WaitingTab {
  return {
    go: (url) => {
      // A link that is pressed there, since an address that is set would send this page's as Referer.
      const link = tab.document.createElement('a')
      link.href = url
      link.rel = 'noreferrer'
      tab.document.body.append(link)
      link.click()
    },
    close: () => tab.close(),
  }
}

function sayWaiting({ document }: Window, text: string): void {
  document.title = text
  const { style } = document.body
  style.cssText = 'font:1.1rem system-ui,sans-serif;display:grid;place-items:center;min-height:90vh;margin:0'
  const line = document.createElement('p')
  line.dir = 'auto'
  line.textContent = text
  document.body.append(line)
}
