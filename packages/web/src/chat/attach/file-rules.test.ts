import { describe, expect, test } from 'vitest'
import { fileFault, kindOf } from './file-rules.ts'
import { readDegrees } from './read-degrees.ts'

const file = (name: string, size = 1, type = '') => ({ name, size, type })

describe('what a file is sent as', () => {
  test.each([
    ['a.JPG', '', 'image'],
    ['a', 'image/png', 'image'],
    ['film.mp4', 'video/mp4', 'video'],
    ['voice.m4a', 'audio/x-m4a', 'voice'],
    ['قرارداد.docx', '', 'file'],
    ['run.exe', 'application/octet-stream', null],
    ['noname', '', null],
  ])('%s, %s: %s', (name, type, kind) => expect(kindOf(file(name, 1, type))).toBe(kind))
})

test('what is too large, empty or of no kind is said before it is sent', () => {
  expect(fileFault(file('a.png', 5 * 1_048_576))).toBeNull()
  expect(fileFault(file('a.png', 5 * 1_048_576 + 1))).toEqual({ kind: 'too-large', most: 5 * 1_048_576 })
  expect(fileFault(file('a.pdf', 0))).toEqual({ kind: 'empty' })
  expect(fileFault(file('a.zip'))).toEqual({ kind: 'wrong-type' })
})

describe('degrees as people write them', () => {
  test.each([
    ['35.7219', 35.7219],
    ['۳۵٫۷۲', 35.72],
    [' -12,5 ', -12.5],
    ['90.01', null],
    ['north', null],
    ['', null],
  ])('%s', (text, degrees) => expect(readDegrees(text, 90)).toBe(degrees))
})
