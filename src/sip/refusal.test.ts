import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { refusalInput } from './refusal.ts'

for (const [status, input] of [
  [486, 'busy'],
  [600, 'busy'],
  [603, 'rejected'],
  [408, 'unanswered'],
  [480, 'unanswered'],
  [487, 'unanswered'],
  [400, 'failed'],
  [401, 'failed'],
  [403, 'failed'],
  [404, 'failed'],
  [488, 'failed'],
  [500, 'failed'],
  [503, 'failed'],
  [604, 'failed'],
  [606, 'failed'],
] as const)
  test(`${status} is ${input}`, () => {
    assert.deepEqual(refusalInput(status), { input, sipResponseCode: status })
  })

test('what the party told of itself is told on', () => {
  const sip = { callId: 'c', headers: { 'X-Why': 'tired' } }
  assert.deepEqual(refusalInput(486, sip), { input: 'busy', sipResponseCode: 486, sip })
})

const STATUSES = { busy: 'busy', rejected: 'busy', unanswered: 'no-answer', failed: 'failed' } as const

test('docs/compat/sip.md says the same', () => {
  const doc = readFileSync(join(import.meta.dirname, '../../docs/compat/sip.md'), 'utf8')
  const rows = [...doc.matchAll(/^\| (\d{3}(?:, \d{3})*) \| `([\w-]+)`/gm)]
  const told = new Map(rows.flatMap(([, codes, status]) => codes!.split(', ').map((code) => [Number(code), status!])))
  assert.ok(told.size >= 6)
  for (let code = 400; code < 700; code++) {
    const { input } = refusalInput(code)
    assert.equal(STATUSES[input as keyof typeof STATUSES], told.get(code) ?? 'failed', `${code}`)
  }
})
