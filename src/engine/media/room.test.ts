/** Rooms: what every leg is played, sample by sample. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RoomPlace } from '../ports/media-engine.ts'
import {
  aSoundEngine,
  coaching,
  HEARD,
  HELD,
  linear,
  MUTED,
  never,
  playing,
  prompt,
  type Runs,
  type TestLeg,
  together,
} from './test-legs.ts'
import { aSound } from './test-sounds.ts'

const CODES = [0x90, 0x20, 0xa5] as const
const [A, B, C] = CODES
const BEEP = 0x33

/** Three legs in a room, each with a sound of its own from 0 to 1000 ms. */
function threeInARoom(places: readonly RoomPlace[] = [HEARD, HEARD, HEARD]) {
  const base = aSoundEngine()
  const room = base.engine.room()
  const legs = CODES.map(() => base.leg())
  const heard = legs.map(({ media }) => base.listen(media))
  const inRoom = base.listen(room)
  legs.forEach(({ media }, index) => {
    media.sound(aSound(1000, CODES[index]))
    room.enter(media, places[index]!, 'Conference')
  })
  const [a, b, c] = legs as [TestLeg, TestLeg, TestLeg]
  return { ...base, room, a, b, c, heard: () => heard.map((runs) => runs()), inRoom }
}

for (const [what, places, expected, all] of [
  [
    'everybody hears the others and not itself',
    [HEARD, HEARD, HEARD],
    [
      [B, C],
      [A, C],
      [A, B],
    ],
    CODES,
  ],
  ['who is muted hears and is not heard', [HEARD, MUTED, HEARD], [[C], [A, C], [A]], [A, C]],
  ['who is held neither hears nor is heard', [HEARD, HEARD, HELD], [[B], [A], []], [A, B]],
  ['all muted: silence', [MUTED, MUTED, MUTED], [[], [], []], []],
] as const)
  test(what, async () => {
    const { heard, inRoom, until } = threeInARoom(places)
    await until(500)
    const whole = (codes: readonly number[]): Runs => [[500, together(...codes)]]
    assert.deepEqual(heard(), expected.map(whole))
    assert.deepEqual(inRoom(), whole(all))
    // The twin: legs whose sounds were swapped hear something else.
    if (what.startsWith('everybody'))
      assert.notDeepEqual(
        heard(),
        [
          [A, C],
          [B, C],
          [A, B],
        ].map(whole),
      )
  })

test('places change in the middle of sounds, to the sample', async () => {
  const { room, a, b, heard, inRoom, at, until } = threeInARoom()
  at(101, () => room.change(a.media, MUTED))
  at(203, () => room.change(a.media, HELD))
  at(250, () => room.change(b.media, HELD))
  at(307, () => room.change(a.media, HEARD))
  await until(400)
  assert.deepEqual(heard(), [
    [
      [203, together(B, C)],
      [104, 0],
      [93, linear(C)],
    ],
    [
      [101, together(A, C)],
      [149, linear(C)],
      [150, 0],
    ],
    [
      [101, together(A, B)],
      [149, linear(B)],
      [57, 0],
      [93, linear(A)],
    ],
  ])
  assert.deepEqual(inRoom(), [
    [101, together(A, B, C)],
    [149, together(B, C)],
    [57, linear(C)],
    [93, together(A, C)],
  ])
})

test('a coach is heard by one leg alone, and not in the recording', async () => {
  const { room, a, b, c, heard, inRoom, at, until } = threeInARoom()
  room.change(c.media, coaching(a.media))
  at(200, () => room.change(c.media, coaching(b.media)))
  at(300, () => room.change(c.media, HEARD))
  await until(400)
  assert.deepEqual(heard(), [
    [
      [200, together(B, C)],
      [100, linear(B)],
      [100, together(B, C)],
    ],
    [
      [200, linear(A)],
      [200, together(A, C)],
    ],
    [[400, together(A, B)]],
  ])
  assert.deepEqual(inRoom(), [
    [300, together(A, B)],
    [100, together(A, B, C)],
  ])
})

test('a coach may come before the leg it coaches, and is not heard there once that leg has left', async () => {
  const { engine, leg, listen, at, until } = aSoundEngine()
  const room = engine.room()
  const coach = leg()
  const agent = leg()
  const heard = listen(agent.media)
  coach.media.sound(aSound(1000, A))
  room.enter(coach.media, coaching(agent.media), 'Conference')
  at(100, () => room.enter(agent.media, HEARD, 'Conference'))
  at(200, () => room.change(coach.media, { ...coaching(agent.media), muted: true }))
  at(300, () => room.change(coach.media, coaching(agent.media)))
  at(400, () => room.leave(agent.media))
  await until(500)
  assert.deepEqual(heard(), [
    [100, 0],
    [100, linear(A)],
    [100, 0],
    [100, linear(A)],
    [100, 0],
  ])
})

test('legs come, go and are gone in the middle of sounds', async () => {
  const { room, a, b, heard, at, until } = threeInARoom()
  at(111, () => room.leave(a.media))
  at(222, () => room.enter(a.media, HEARD, 'Conference'))
  at(333, () => b.media.gone())
  await until(400)
  assert.deepEqual(heard(), [
    [
      [111, together(B, C)],
      [111, 0],
      [111, together(B, C)],
      [67, linear(C)],
    ],
    [
      [111, together(A, C)],
      [111, linear(C)],
      [111, together(A, C)],
    ],
    [
      [111, together(A, B)],
      [111, linear(B)],
      [111, together(A, B)],
      [67, linear(A)],
    ],
  ])
})

test('a beep is heard by all who hear, and in the recording', async () => {
  const { room, c, heard, inRoom, at, until } = threeInARoom()
  room.change(c.media, HELD)
  const ends: string[] = []
  at(100, () => void room.run(playing(prompt('beep', 80, BEEP)), never()).then(({ outcome }) => ends.push(outcome)))
  await until(300)
  assert.deepEqual(heard(), [
    [
      [100, linear(B)],
      [80, together(B, BEEP)],
      [120, linear(B)],
    ],
    [
      [100, linear(A)],
      [80, together(A, BEEP)],
      [120, linear(A)],
    ],
    [[300, 0]],
  ])
  assert.deepEqual(inRoom(), [
    [100, together(A, B)],
    [80, together(A, B, BEEP)],
    [120, together(A, B)],
  ])
  assert.deepEqual(ends, ['played'])
})

test("an announcement is stopped by its signal, and by the room's end", async () => {
  const { room, a, clock, until } = threeInARoom()
  const stop = new AbortController()
  const stopped = room.run(playing(prompt('one', 1000, BEEP)), stop.signal)
  await clock.advance(100)
  stop.abort()
  assert.equal((await stopped).outcome, 'stopped')
  const gone = room.run(playing(prompt('two', 1000, BEEP)), never())
  await clock.advance(100)
  await room.close()
  assert.equal((await gone).outcome, 'gone')
  assert.equal((await room.run(playing(prompt('three', 1000, BEEP)), never())).outcome, 'gone')
  assert.deepEqual(a.told, ['0 Say say one', '100 Say say one 100 cut', '100 Say say two', '200 Say say two 100 cut'])
  await until(300)
})

test("a leg's own prompt is heard instead of the room", async () => {
  const { a, heard, at, until } = threeInARoom()
  at(100, () => void a.media.run(playing(prompt('whisper', 100, BEEP)), never()))
  await until(300)
  assert.deepEqual(heard()[0], [
    [100, together(B, C)],
    [100, linear(BEEP)],
    [100, together(B, C)],
  ])
})

test('loud sounds together are as loud as the code allows, and no more', async () => {
  const { engine, leg, listen, until } = aSoundEngine()
  const room = engine.room()
  const heard = listen(room)
  for (let talkers = 0; talkers < 3; talkers++) {
    const { media } = leg()
    media.sound(aSound(1000, 0x80))
    room.enter(media, HEARD, 'Conference')
  }
  await until(100)
  assert.deepEqual(heard(), [[100, 32_124]])
})

test('a leg is in one room at a time, and leaves a bridge for it', async () => {
  const { engine, room, leg, listen, a, b, heard, at, until } = threeInARoom()
  const second = engine.room()
  const other = leg()
  const heardByOther = listen(other.media)
  other.media.sound(aSound(1000, BEEP))
  at(100, () => engine.bridge(a.media, other.media, 'Dial'))
  at(200, () => second.enter(a.media, HEARD, 'Conference'))
  at(250, () => second.enter(b.media, HEARD, 'Conference'))
  at(300, () => room.leave(a.media))
  await until(400)
  assert.deepEqual(heardByOther(), [
    [100, 0],
    [100, linear(A)],
    [200, 0],
  ])
  assert.deepEqual(heard()[0], [
    [100, together(B, C)],
    [100, linear(BEEP)],
    [50, 0],
    [150, linear(B)],
  ])
})

test('a room is recorded until it closes, and then no more', async () => {
  const { room, inRoom, clock, until } = threeInARoom()
  await clock.advance(150)
  await room.close()
  assert.deepEqual(inRoom(), [[150, together(A, B, C)]])
  const { over } = room.record({ sid: 'RE0' as never, channels: 1, track: 'both', trim: false, maxLengthMs: 1000 })
  assert.equal((await over).lengthMs, 0)
  await until(200)
})

test('a room of 250 that nobody records has no timers but those of words', async () => {
  const { clock, engine, leg } = aSoundEngine()
  const room = engine.room()
  const legs = Array.from({ length: 250 }, leg)
  for (const { media } of legs) room.enter(media, HEARD, 'Conference')
  for (const { media } of legs) media.sound(aSound(60_000, A))
  assert.equal(clock.pending, 0)
  legs[0]!.media.sound(aSound(3000, A), 'hello')
  assert.equal(clock.pending, 1)
  assert.deepEqual(legs[249]!.told, ['0 Conference party hello'])
  assert.deepEqual(legs[0]!.told, [])
  await clock.advance(4000)
  assert.equal(clock.pending, 0)
})
