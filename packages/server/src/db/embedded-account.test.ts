import { expect, test } from 'vitest'
import { accountFromPasswd, chooseAccount, defaultDataDir } from './embedded-account.ts'

test('the data of an ordinary user lies in the checkout, that of root outside it', () => {
  expect(defaultDataDir({ checkout: '/home/sara/charsu', uid: 1000 })).toBe(
    '/home/sara/charsu/.charsu/postgres-18',
  )
  expect(defaultDataDir({ checkout: 'C:\\charsu', uid: undefined })).toContain('.charsu')
  const ofRoot = defaultDataDir({ checkout: '/home/first/charsu', uid: 0 })
  expect(ofRoot).toMatch(/^\/var\/lib\/charsu\/charsu-[0-9a-f]{12}\/postgres-18$/)
  expect(defaultDataDir({ checkout: '/home/second/charsu', uid: 0 })).not.toBe(ofRoot)
})

test("Charsu's own user comes before PostgreSQL's, and that before nobody", () => {
  const nobody = 'root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n'
  const postgres = 'postgres:x:101:104::/:/bin/sh\n'
  const charsu = 'charsu:x:990:991::/:/bin/false\n'
  expect(accountFromPasswd(nobody)).toEqual({ uid: 65_534, gid: 65_534 })
  expect(accountFromPasswd(nobody + postgres)).toEqual({ uid: 101, gid: 104 })
  expect(accountFromPasswd(nobody + postgres + charsu)).toEqual({ uid: 990, gid: 991 })
  expect(accountFromPasswd('root:x:0:0::/:/bin/sh\n')).toBeNull()
})

test('only root hands the server to another user', async () => {
  expect(await chooseAccount(1000, '/nowhere')).toBeNull()
  expect(await chooseAccount(undefined, '/nowhere')).toBeNull()
})
