import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createVault } from './vault.ts'

const vault = createVault('a key')

test('what is sealed opens again, is not readable, and never looks the same twice', () => {
  const [one, two] = [vault.seal('whsec_ü', 'DG1'), vault.seal('whsec_ü', 'DG1')]
  assert.equal(vault.open(one, 'DG1'), 'whsec_ü')
  assert.notEqual(one, two)
  assert.ok(!Buffer.from(one.slice(3), 'base64').includes('whsec'))
})

for (const [what, open] of [
  ['another key', () => createVault('another').open(vault.seal('x', 'DG1'), 'DG1')],
  ['another owner', () => vault.open(vault.seal('x', 'DG1'), 'DG2')],
  ['a text that was never sealed', () => vault.open('plain', 'DG1')],
  [
    'a changed byte',
    () => {
      const sealed = Buffer.from(vault.seal('x', 'DG1').slice(3), 'base64')
      sealed[sealed.length - 1]! ^= 1
      return vault.open(`v1.${sealed.toString('base64')}`, 'DG1')
    },
  ],
] as const) {
  test(`${what} opens nothing`, () => void assert.throws(open, /DG[12]/))
}
