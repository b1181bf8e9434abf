import { useEffect, useState } from 'react'

const TYPING_MS = 300

/** What is typed is told when the reader stops typing. */
export function useLazyText(value: string, onChange: (value: string) => void) {
  const [text, setText] = useState(value)
  useEffect(() => setText(value), [value])
  useEffect(() => {
    const typed = text.trim()
    if (typed === value) return
    const timer = setTimeout(() => onChange(typed), TYPING_MS)
    return () => clearTimeout(timer)
  }, [text, value, onChange])
  return { text, setText, tellNow: () => onChange(text.trim()) }
}
