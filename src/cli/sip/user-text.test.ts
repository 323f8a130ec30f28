import assert from 'node:assert/strict'
import { test } from 'node:test'
import { madeUpPassword } from './made-up-password.ts'
import { contactLine } from './registrations.ts'
import { userLines } from './user-text.ts'

test('what to type into the phone', () => {
  const listeners = [
    { transport: 'udp', host: '192.0.2.1', port: 5060 },
    { transport: 'tcp', host: '2001:db8::1', port: 5062 },
  ]
  const lines = userLines({
    name: 'alice',
    password: 'hush',
    domain: 'office.example',
    listeners,
    notes: ['A note.'],
  })
  assert.ok(lines.includes('  Server     192.0.2.1:5060 (udp) or [2001:db8::1]:5062 (tcp)'))
  assert.ok(lines.includes('  Domain     office.example'))
  assert.ok(lines.includes('  User       alice'))
  assert.ok(lines.includes('  Password   hush'))
  assert.equal(lines.at(-1), 'A note.')
})

test('where SIP listens nowhere, that is said in place of the server', () => {
  const lines = userLines({ name: 'a', password: 'b', domain: 'c', listeners: [], notes: [] })
  assert.ok(lines.some((line) => /Server +SIP listens nowhere: start the server with --sip/.test(line)))
})

test('a phone that is registered, in a line', () => {
  const contact = { transport: 'udp', address: '192.0.2.9', port: 5062, expiresAt: '2030-01-01T12:34:56.000Z' }
  assert.equal(contactLine({ ...contact, userAgent: null }), '192.0.2.9:5062 (udp), until 12:34:56 UTC')
  assert.equal(
    contactLine({ ...contact, address: '2001:db8::9', userAgent: 'Desk 1.0' }),
    '[2001:db8::9]:5062 (udp), Desk 1.0, until 12:34:56 UTC',
  )
})

test('a made-up password has all that is asked of one, and is another each time', () => {
  const made = new Set(Array.from({ length: 100 }, madeUpPassword))
  assert.equal(made.size, 100)
  for (const password of made) {
    assert.match(password, /^[a-km-zA-HJ-NP-Z2-9]{16}$/)
    assert.match(password, /[a-z]/)
    assert.match(password, /[A-Z]/)
    assert.match(password, /\d/)
  }
})
