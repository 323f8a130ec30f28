/** Two legs whose parties hear each other, sample by sample and word by word. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aSoundEngine, linear, never, playing, prompt } from './test-legs.ts'
import { aSound } from './test-sounds.ts'

const ONE = 0x90
const OTHER = 0x20
const OURS = 0xa5

function aPair() {
  const base = aSoundEngine()
  const one = base.leg()
  const other = base.leg()
  return { ...base, one, other, heardByOne: base.listen(one.media), heardByOther: base.listen(other.media) }
}

test('each party hears the other and not itself', async () => {
  const { engine, one, other, heardByOne, heardByOther, at, until } = aPair()
  engine.bridge(one.media, other.media, 'Dial')
  at(100, () => one.media.sound(aSound(300, ONE)))
  at(200, () => other.media.sound(aSound(50, OTHER)))
  await until(500)
  const ofOne = [
    [100, 0],
    [300, linear(ONE)],
    [100, 0],
  ]
  const ofOther = [
    [200, 0],
    [50, linear(OTHER)],
    [250, 0],
  ]
  assert.deepEqual([heardByOne(), heardByOther()], [ofOther, ofOne])
  assert.notDeepEqual([heardByOne(), heardByOther()], [ofOne, ofOther])
})

test('legs that are not bridged hear nothing of each other', async () => {
  const { one, other, heardByOne, heardByOther, until } = aPair()
  one.media.sound(aSound(300, ONE))
  other.media.sound(aSound(300, OTHER))
  await until(500)
  assert.deepEqual([heardByOne(), heardByOther()], [[[500, 0]], [[500, 0]]])
})

test('a bridge begins and ends in the middle of a sound, to the sample', async () => {
  const { engine, one, other, heardByOther, at, until } = aPair()
  one.media.sound(aSound(1000, ONE), 'a long sentence')
  at(101, () => {
    const bridge = engine.bridge(one.media, other.media, 'Dial')
    at(333, () => bridge.end())
    at(400, () => bridge.end())
  })
  await until(500)
  assert.deepEqual(heardByOther(), [
    [101, 0],
    [232, linear(ONE)],
    [167, 0],
  ])
  assert.deepEqual(other.told, [])
})

test('a prompt is heard instead of the other party while it sounds, and not in its silences', async () => {
  const { engine, one, other, heardByOther, at, until } = aPair()
  engine.bridge(one.media, other.media, 'Dial')
  one.media.sound(aSound(1000, ONE))
  const program = playing(prompt('a', 100, OURS), { kind: 'silence', lengthMs: 50 }, prompt('b', 100, OURS))
  at(200, () => void other.media.run(program, never()))
  await until(600)
  assert.deepEqual(heardByOther(), [
    [200, linear(ONE)],
    [100, linear(OURS)],
    [50, linear(ONE)],
    [100, linear(OURS)],
    [150, linear(ONE)],
  ])
})

test('words are told to whom they reach, as they begin and end', async () => {
  const { engine, one, other, at, until } = aPair()
  engine.bridge(one.media, other.media, 'Dial')
  at(100, () => one.media.sound(aSound(300, ONE), 'hello'))
  at(200, () => other.media.sound(aSound(600, OTHER), 'who is this'))
  at(500, () => other.media.sound(aSound(100, OTHER)))
  at(700, () => one.media.sound(aSound(1000, ONE), 'never mind'))
  at(900, () => one.media.gone())
  await until(1000)
  assert.deepEqual(other.told, [
    '100 Dial party hello',
    '400 Dial party hello 300',
    '700 Dial party never mind',
    '900 Dial party never mind 200 cut',
  ])
  assert.deepEqual(one.told, ['200 Dial party who is this', '500 Dial party who is this 300 cut'])
})

test('a prompt that begins cuts what is heard of the party; what begins under it is never told', async () => {
  const { engine, one, other, at, until } = aPair()
  engine.bridge(one.media, other.media, 'Dial')
  one.media.sound(aSound(500, ONE), 'first')
  at(200, () => void other.media.run(playing(prompt('beep', 400, OURS)), never()))
  at(300, () => one.media.sound(aSound(500, ONE), 'second'))
  at(900, () => one.media.sound(aSound(50, ONE), 'third'))
  await until(1000)
  assert.deepEqual(other.told, [
    '0 Dial party first',
    '200 Dial party first 200 cut',
    '200 Say say beep',
    '600 Say say beep 400',
    '900 Dial party third',
    '950 Dial party third 50',
  ])
})

test('what is heard now is the prompt, else the party', async () => {
  const { clock, engine, one, other, until } = aPair()
  engine.bridge(one.media, other.media, 'Dial')
  one.media.sound(aSound(1000, ONE), 'hello')
  await clock.advance(100)
  assert.equal(other.media.hearing()?.span.text, 'hello')
  assert.equal(other.media.hearing()?.span.playedMs, 100)
  void other.media.run(playing(prompt('beep', 100, OURS)), never())
  assert.equal(other.media.hearing()?.span.text, 'beep')
  await until(300)
  assert.equal(other.media.hearing(), null)
})

test('the other party of a bridge that one leg left for another hears silence', async () => {
  const { engine, leg, one, other, heardByOne, heardByOther, at, until } = aPair()
  const third = leg()
  const first = engine.bridge(one.media, other.media, 'Dial')
  one.media.sound(aSound(5000, ONE), 'one')
  third.media.sound(aSound(5000, OURS), 'third')
  at(200, () => engine.bridge(third.media, one.media, 'Dial'))
  // It is over already: the new one is not touched.
  at(300, () => first.end())
  await until(400)
  assert.deepEqual(heardByOther(), [
    [200, linear(ONE)],
    [200, 0],
  ])
  assert.deepEqual(heardByOne(), [
    [200, 0],
    [200, linear(OURS)],
  ])
})

test('a bridge with a leg that is gone is none', async () => {
  const { engine, one, other, heardByOther, until } = aPair()
  one.media.gone()
  const bridge = engine.bridge(one.media, other.media, 'Dial')
  bridge.end()
  await until(100)
  assert.deepEqual(heardByOther(), [[100, 0]])
})

test('a bridge that nobody records has no timers but those of words', async () => {
  const { clock, engine, leg } = aSoundEngine()
  const one = leg()
  const other = leg()
  engine.bridge(one.media, other.media, 'Dial')
  one.media.sound(aSound(60_000, ONE))
  assert.equal(clock.pending, 0)
  one.media.sound(aSound(60_000, ONE), 'words')
  assert.equal(clock.pending, 1)
})
