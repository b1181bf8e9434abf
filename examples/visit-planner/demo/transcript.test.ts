import { expect, test } from 'vitest'
import { compactJson } from './compact-json.ts'
import { readForm } from './read-form.ts'
import { shortenAll, shortenSecrets } from './shorten-secrets.ts'
import { painter, Transcript } from './transcript.ts'

function told(colours: boolean): string {
  const lines: string[] = []
  const transcript = new Transcript((line) => lines.push(line), painter(colours))
  transcript.chapter('A beginning')
  transcript.exchange({
    from: 'a',
    to: 'b',
    method: 'GET',
    path: '/x?text=%D8%B3',
    status: 412,
    answer: { code: 9 },
  })
  transcript.screen('the buyer', [{ from: 'app', text: 'سلام', buttons: [['one', 'two']] }])
  return lines.join('\n')
}

test('a transcript says who, what, and what was answered, in plain text unless colours are wanted', () => {
  const plain = told(false)
  expect(plain).toContain('a → b   GET /x?text=س   412\n      ◂ {"code": 9}')
  expect(plain).toContain('[ one ]  [ two ]')
  expect(plain).not.toContain('\u001b')
  expect(told(true)).toContain('\u001b[31m412')
})

test('secrets of every kind are shortened, wherever they stand', () => {
  const secret = 'A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0U1v'
  for (const prefix of ['ck', 'ca', 'cr', 'cc', 'cs', 'cl', 'cx']) {
    expect(shortenSecrets(`x ${prefix}_${secret} y`)).toBe(`x ${prefix}_A1b2… y`)
  }
  const all = shortenAll({
    a: [`whsec_${secret}=`],
    url: `http://app/plan/${secret}?state=${secret}.villa`,
    identification_key: secret,
  })
  expect(JSON.stringify(all)).not.toContain('E5f6')
})

test('what fits on a line stays on one', () => {
  expect(compactJson({ a: [1, { b: null }], c: undefined })).toBe('{"a": [1, {"b": null}]}')
  const long = compactJson({ a: 'x'.repeat(80), b: { c: 'y'.repeat(80) } })
  expect(JSON.parse(long)).toEqual({ a: 'x'.repeat(80), b: { c: 'y'.repeat(80) } })
  expect(long.split('\n')).toHaveLength(4)
})

test('a form is read as a browser reads it', () => {
  const form = readForm(
    '<form method="post" action="/go?a=1&amp;b=2"><input type="hidden" name="t" value="&lt;x&gt;"><button class="main" name="d" value="allow">Yes <b>now</b></button></form>',
  )
  expect(form).toEqual({
    method: 'POST',
    action: '/go?a=1&b=2',
    fields: { t: '<x>' },
    buttons: [{ name: 'd', value: 'allow', text: 'Yes now' }],
  })
})
