import { Client, UserClient } from '@charsu/sdk'
import { expect, test } from 'vitest'
import { OPERATIONS } from '../../packages/sdk/src/client/operations.ts'
import { SERVED_OPERATIONS } from '../../scripts/compatibility/served-operations.ts'

const methodsOf = (prototype: object): string[] =>
  Object.getOwnPropertyNames(prototype).filter((name) => name !== 'constructor')

const methods = new Set([
  ...methodsOf(UserClient.prototype),
  ...methodsOf(Object.getPrototypeOf(UserClient.prototype)),
])

test('every operation that Charsu serves of the public description has its method in the client', () => {
  const ids = Object.values(OPERATIONS).map(({ id }) => id)
  expect(ids.toSorted()).toEqual(Object.keys(SERVED_OPERATIONS).toSorted())
})

test('every operation’s method is there, and every method is one of an operation', () => {
  const others = ['upload', 'inTrace']
  expect([...methods].toSorted()).toEqual([...Object.keys(OPERATIONS), ...others].toSorted())
  expect(methodsOf(Client.prototype).toSorted()).toEqual(['as', 'inTrace'])
})
