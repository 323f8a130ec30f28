/** When it is told that the parties of a room speak. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SAMPLES_PER_MS } from '../../wire/codec/g711.ts'
import type { Sound } from '../ports/sound.ts'
import { aSoundEngine, coaching, HEARD, HELD, MUTED, never, playing, prompt, START } from './test-legs.ts'
import { aSound } from './test-sounds.ts'

const LOUD = 0x90
/** Below -45 dBFS. */
const FAINT = 0xf0

/** Sound and silence in turns: `[300, 100, 300]`. */
function cadence(...turnsMs: readonly number[]): Sound {
  const sound = aSound(
    turnsMs.reduce((sum, ms) => sum + ms, 0),
    LOUD,
  )
  let at = 0
  turnsMs.forEach((ms, index) => {
    const end = at + ms * SAMPLES_PER_MS
    if (index % 2 === 1) sound.ulaw.fill(0xff, at, end)
    at = end
  })
  return sound
}

function aRoom() {
  const base = aSoundEngine()
  const room = base.engine.room()
  const a = base.leg()
  const b = base.leg()
  room.enter(a.media, HEARD, 'Conference')
  room.enter(b.media, HEARD, 'Conference')
  const told: string[] = []
  const listen = () =>
    room.onSpeech((leg, speaking, at) => {
      assert.equal(at, base.clock.now(), 'told in its moment')
      told.push(`${at - START} ${leg === a.media ? 'a' : 'b'} ${speaking ? 'speaks' : 'stopped'}`)
    })
  return { ...base, room, a, b, told, listenForSpeech: listen }
}

for (const [what, sound, expected] of [
  ['words of a second', cadence(1000), ['300 a speaks', '1900 a stopped']],
  ['a short pause goes on', cadence(500, 700, 500), ['300 a speaks', '2600 a stopped']],
  [
    'a long pause ends it',
    cadence(500, 900, 500),
    ['300 a speaks', '1400 a stopped', '1700 a speaks', '2800 a stopped'],
  ],
  ['gaps between syllables do not matter', cadence(100, 80, 100, 80, 100), ['380 a speaks', '1360 a stopped']],
  ['gaps between knocks do', cadence(100, 200, 100, 200, 100), []],
  ['a click', cadence(40), []],
  ['a faint hum', aSound(2000, FAINT), []],
  ['minutes of it', cadence(180_000), ['300 a speaks', '180900 a stopped']],
] as const)
  test(`speech in a room: ${what}`, async () => {
    const { a, told, listenForSpeech, at, until } = aRoom()
    listenForSpeech()
    at(100, () => a.media.sound(sound))
    await until(200_000)
    assert.deepEqual(told, expected)
  })

test('a sound that is replaced by another is one speech', async () => {
  const { a, told, listenForSpeech, at, until } = aRoom()
  listenForSpeech()
  at(100, () => a.media.sound(aSound(5000, LOUD)))
  at(1010, () => a.media.sound(aSound(1000, 0x20)))
  at(1500, () => a.media.sound(aSound(100, 0xff)))
  await until(5000)
  // The change at 1500 is where silence begins.
  assert.deepEqual(told, ['300 a speaks', '2300 a stopped'])
})

for (const [what, act] of [
  ['is muted', ({ room, a }) => room.change(a.media, MUTED)],
  ['is held', ({ room, a }) => room.change(a.media, HELD)],
  ['leaves', ({ room, a }) => room.leave(a.media)],
  ['hangs up', ({ a }) => a.media.gone()],
  ['is there when the room closes', ({ room }) => void room.close()],
] as const satisfies readonly (readonly [string, (room: ReturnType<typeof aRoom>) => void])[])
  test(`who speaks and ${what} has stopped`, async () => {
    const inRoom = aRoom()
    const { a, told, listenForSpeech, at, until } = inRoom
    listenForSpeech()
    a.media.sound(aSound(5000, LOUD))
    at(1000, () => act(inRoom))
    await until(10_000)
    assert.deepEqual(told, ['200 a speaks', '1000 a stopped'])
  })

test('a coach speaks too, and who is no longer muted', async () => {
  const { room, a, b, told, listenForSpeech, at, until } = aRoom()
  listenForSpeech()
  room.change(a.media, coaching(b.media))
  room.change(b.media, MUTED)
  a.media.sound(aSound(1000, LOUD))
  b.media.sound(aSound(1000, LOUD))
  at(500, () => room.change(b.media, HEARD))
  await until(5000)
  assert.deepEqual(told, ['200 a speaks', '700 b speaks', '1800 a stopped', '1800 b stopped'])
})

test("the room's prompts are nobody's speech", async () => {
  const { room, told, listenForSpeech, until } = aRoom()
  listenForSpeech()
  void room.run(playing(prompt('welcome', 2000, LOUD)), never())
  await until(5000)
  assert.deepEqual(told, [])
})

test('who listens late hears of what is said from then on', async () => {
  const { a, told, listenForSpeech, at, until } = aRoom()
  a.media.sound(aSound(2000, LOUD))
  at(1000, listenForSpeech)
  await until(5000)
  assert.deepEqual(told, ['1200 a speaks', '2800 a stopped'])
})

test('there is a timer for who speaks, and none for who is silent', async () => {
  const { clock, a, listenForSpeech } = aRoom()
  a.media.sound(aSound(1000, LOUD))
  assert.equal(clock.pending, 0)
  listenForSpeech()
  assert.equal(clock.pending, 1)
  await clock.advance(3000)
  assert.equal(clock.pending, 0)
})

test('whoever is told may end the call', async () => {
  const { room, a, clock } = aRoom()
  const told: boolean[] = []
  room.onSpeech((_leg, speaking) => {
    told.push(speaking)
    if (speaking) a.media.gone()
  })
  a.media.sound(aSound(1000, LOUD))
  await clock.advance(3000)
  assert.deepEqual(told, [true, false])
  assert.equal(clock.pending, 0)
})
