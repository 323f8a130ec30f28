import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AssertionError } from '../../lib/assert.ts'
import { WireError } from '../../lib/wire-error.ts'
import { decodeTelephoneEvent, encodeTelephoneEvent, eventOfKey, keyOfEvent } from './telephone-event.ts'

for (const [name, hex, event] of [
  ['the first packet of a 5', '050a00a0', { event: 5, end: false, volume: 10, durationTicks: 160 }],
  ['the end of a #', '0b8a0320', { event: 11, end: true, volume: 10, durationTicks: 800 }],
  ['the longest, loudest 0', '0000ffff', { event: 0, end: false, volume: 0, durationTicks: 65_535 }],
  ['the faintest D', '0fbf0001', { event: 15, end: true, volume: 63, durationTicks: 1 }],
  ['a hook flash', '10000190', { event: 16, end: false, volume: 0, durationTicks: 400 }],
] as const)
  test(`${name} is ${hex}, both ways`, () => {
    const payload = Uint8Array.from(Buffer.from(hex, 'hex'))
    assert.deepEqual(decodeTelephoneEvent(payload), event)
    assert.deepEqual(encodeTelephoneEvent(event), payload)
  })

test('the reserved bit and bytes after the event are ignored', () => {
  const { event, end, volume } = decodeTelephoneEvent(Uint8Array.of(1, 0x4a, 0, 160, 9, 9))
  assert.deepEqual({ event, end, volume }, { event: 1, end: false, volume: 10 })
})

for (let length = 0; length < 4; length++)
  test(`${length} bytes are no event`, () =>
    assert.throws(() => decodeTelephoneEvent(new Uint8Array(length)), WireError))

test('what does not fit its field is not sent', () => {
  const event = { event: 1, end: false, volume: 10, durationTicks: 160 }
  for (const wrong of [{ event: 256 }, { volume: 64 }, { durationTicks: 65_536 }, { durationTicks: -1 }])
    assert.throws(() => encodeTelephoneEvent({ ...event, ...wrong }), AssertionError)
})

test('the 16 keys are the events 0 to 15', () => {
  const keys = Array.from({ length: 16 }, (_, event) => keyOfEvent(event))
  assert.equal(keys.join(''), '0123456789*#ABCD')
  for (const [event, key] of keys.entries()) assert.equal(eventOfKey(key!), event)
})

test('what is no key has no event, and the other way round', () => {
  for (const key of ['', 'w', 'a', 'E', '12', '*#']) assert.equal(eventOfKey(key), null)
  for (const event of [16, 17, 255]) assert.equal(keyOfEvent(event), null)
})
