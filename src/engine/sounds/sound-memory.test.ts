import assert from 'node:assert/strict'
import { test } from 'node:test'
import { joinSound } from './shared-sound.ts'
import { SoundMemory } from './sound-memory.ts'

/** With what it costs beside, 10,240 bytes each. */
const aSound = (id: string, bytes = 9216) => joinSound(id, [bytes])

test('the sound used longest ago goes when the memory is full', () => {
  const memory = new SoundMemory(10 * 10_240)
  for (let n = 0; n < 10; n++) memory.keep(aSound(`s${n}`))
  assert.ok(memory.get('s0'))
  memory.keep(aSound('s10'))
  memory.keep(aSound('s11'))
  assert.deepEqual(
    Array.from({ length: 12 }, (_, n) => n).filter((n) => memory.get(`s${n}`) === null),
    [1, 2],
  )
})

test('keeping a sound again changes nothing but when it was used', () => {
  const memory = new SoundMemory(10 * 10_240)
  const first = aSound('s0')
  memory.keep(first)
  for (let n = 1; n < 10; n++) memory.keep(aSound(`s${n}`))
  memory.keep(aSound('s0'))
  memory.keep(aSound('s10'))
  assert.equal(memory.get('s0'), first)
  assert.equal(memory.get('s1'), null)
})

test('a sound of more than an eighth of the memory is not kept', () => {
  const memory = new SoundMemory(8 * 10_240)
  memory.keep(aSound('fits'))
  memory.keep(aSound('too long', 9217))
  assert.ok(memory.get('fits'))
  assert.equal(memory.get('too long'), null)
})
