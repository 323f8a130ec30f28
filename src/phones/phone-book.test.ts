import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AccountSid, Instant } from '../lib/ids.ts'
import { ORDINARY_PHONE, type Phone } from './phone.ts'
import { PhoneBook, type StoredPhone, toResource } from './phone-book.ts'

const account = (digit: string) => `AC${digit.repeat(32)}` as AccountSid
const BUSY: Phone = { ...ORDINARY_PHONE, answer: 'busy' }
const stored = (accountSid: AccountSid, address: string, phone: Phone = BUSY): StoredPhone => ({
  accountSid,
  address,
  phone,
  createdAt: 1 as Instant,
  updatedAt: 1 as Instant,
})

test('an account sees its own phones only', () => {
  const book = new PhoneBook()
  book.set(stored(account('1'), '+15551230001'))
  assert.equal(book.phoneAt(account('1'), '+15551230001').answer, 'busy')
  assert.deepEqual(book.phoneAt(account('2'), '+15551230001'), ORDINARY_PHONE)
})

test('a phone that was kept before phones could send faxes is an ordinary one in that', () => {
  const { fax: _, greeting: __, ...older } = BUSY
  const kept = { ...stored(account('1'), '+15551230001'), phone: older }
  const book = new PhoneBook()
  book.load([{ type: 'phone', sid: 'x', accountSid: account('1'), createdAt: 1 as Instant, row: kept }])
  assert.deepEqual(book.phoneAt(account('1'), '+15551230001'), BUSY)
})

for (const [number, expected] of [
  ['+15005550101', { answer: 'busy' }],
  ['+15005550102', { answer: 'no-answer' }],
  ['+15005550103', { answer: 'unreachable' }],
  ['+15005550104', { answer: 'reject' }],
  ['+15005550106', { answer: { afterMs: 2000 } }],
  ['+15005550107', { answer: { afterMs: 2000 } }],
  ['+15005550999', { answer: { afterMs: 2000 } }],
] as const) {
  test(`${number} answers as ${JSON.stringify(expected.answer)}`, () => {
    const { answer, machine } = new PhoneBook().phoneAt(account('1'), number)
    assert.deepEqual({ answer, machine }, { ...expected, machine: null })
  })
}

test('+15005550105 is a voicemail with a beep', () => {
  assert.equal(new PhoneBook().phoneAt(account('1'), '+15005550105').machine?.beep, true)
})

test('a configured phone goes before a magic number, until it is deleted', () => {
  const book = new PhoneBook()
  book.set(stored(account('1'), '+15005550101', ORDINARY_PHONE))
  assert.deepEqual(book.phoneAt(account('1'), '+15005550101'), ORDINARY_PHONE)
  book.delete(account('1'), '+15005550101')
  assert.equal(book.phoneAt(account('1'), '+15005550101').answer, 'busy')
})

test('parameters behind an address do not choose another phone', () => {
  const book = new PhoneBook()
  book.set(stored(account('1'), 'client:alice'))
  book.set(stored(account('1'), 'sip:bob@example.com'))
  assert.equal(book.phoneAt(account('1'), 'client:alice?name=Al').answer, 'busy')
  assert.equal(book.phoneAt(account('1'), 'sip:bob@example.com;transport=tcp?X-Id=1').answer, 'busy')
})

test('phones are kept as rows and come back from them', () => {
  const book = new PhoneBook()
  const phones = [stored(account('1'), '+15551230002'), stored(account('1'), '+15551230001')]
  const rows = phones.map((phone) => JSON.parse(JSON.stringify(toResource(phone))))
  assert.equal(new Set(rows.map(({ sid }) => sid)).size, 2)
  book.load(rows)
  assert.deepEqual(book.page(account('1'), '', 10), [phones[1], phones[0]])
  assert.deepEqual(book.page(account('1'), '+15551230001', 10), [phones[0]])
  assert.deepEqual(book.page(account('1'), '', 1), [phones[1]])
})
