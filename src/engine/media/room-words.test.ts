/** What the legs of a room are told that they hear: the words of those who are heard, and the room's prompts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RoomPlace } from '../ports/media-engine.ts'
import { aSoundEngine, coaching, HEARD, HELD, MUTED, never, playing, prompt, type TestLeg } from './test-legs.ts'
import { aSound } from './test-sounds.ts'

function aRoom(places: readonly RoomPlace[]) {
  const base = aSoundEngine()
  const room = base.engine.room()
  const legs = places.map(() => base.leg())
  legs.forEach(({ media }, index) => {
    room.enter(media, places[index]!, 'Conference')
  })
  const [a, b, c] = legs as [TestLeg, TestLeg, TestLeg]
  return { ...base, room, a, b, c, say: (leg: TestLeg, text: string, ms: number) => leg.media.sound(aSound(ms), text) }
}

const HELLO = ['100 Conference party hello', '400 Conference party hello 300']

for (const [what, places, told] of [
  ['all others are told', [HEARD, HEARD, HEARD], [[], HELLO, HELLO]],
  ['the words of who is muted are told to nobody', [MUTED, HEARD, HEARD], [[], [], []]],
  ['nor those of who is held', [HELD, HEARD, HEARD], [[], [], []]],
  ['who is muted is told, who is held is not', [HEARD, MUTED, HELD], [[], HELLO, []]],
] as const)
  test(`words in a room: ${what}`, async () => {
    const { a, b, c, say, at, until } = aRoom(places)
    at(100, () => say(a, 'hello', 300))
    await until(1000)
    assert.deepEqual([a.told, b.told, c.told], told)
  })

test("a coach's words are told to the one it coaches", async () => {
  const { room, a, b, c, say, at, until } = aRoom([HEARD, HEARD, HEARD])
  room.change(a.media, coaching(b.media))
  at(100, () => say(a, 'hello', 300))
  await until(1000)
  assert.deepEqual([b.told, c.told], [HELLO, []])
})

test('two who speak at once are both told, each with its own end', async () => {
  const { a, b, c, say, at, until } = aRoom([HEARD, HEARD, HEARD])
  at(0, () => say(a, 'one', 500))
  at(100, () => say(b, 'two', 200))
  await until(1000)
  assert.deepEqual(c.told, [
    '0 Conference party one',
    '100 Conference party two',
    '300 Conference party two 200',
    '500 Conference party one 500',
  ])
  assert.deepEqual(a.told, ['100 Conference party two', '300 Conference party two 200'])
})

const CUT = ['0 Conference party hello', '200 Conference party hello 200 cut']
const WHOLE = ['0 Conference party hello', '1000 Conference party hello 1000']

for (const [what, act, toldB, toldC] of [
  ['the speaker is muted', ({ room, a }) => room.change(a.media, MUTED), CUT, CUT],
  ['the speaker is held', ({ room, a }) => room.change(a.media, HELD), CUT, CUT],
  ['the speaker becomes the coach of one', ({ room, a, b }) => room.change(a.media, coaching(b.media)), WHOLE, CUT],
  ['the speaker leaves', ({ room, a }) => room.leave(a.media), CUT, CUT],
  ['the speaker hangs up', ({ a }) => a.media.gone(), CUT, CUT],
  ['the speaker makes another sound', ({ a }) => a.media.sound(aSound(50)), CUT, CUT],
  ['the speaker goes to another room', ({ engine, a }) => engine.room().enter(a.media, HEARD, 'Conference'), CUT, CUT],
  ['the hearer is held', ({ room, b }) => room.change(b.media, HELD), CUT, WHOLE],
  ['the hearer is muted', ({ room, b }) => room.change(b.media, MUTED), WHOLE, WHOLE],
  ['the hearer leaves', ({ room, b }) => room.leave(b.media), CUT, WHOLE],
  ['the hearer hangs up', ({ b }) => b.media.gone(), CUT, WHOLE],
  ['the room closes', ({ room }) => void room.close(), CUT, CUT],
] as const satisfies readonly (readonly [string, (room: ReturnType<typeof aRoom>) => void, string[], string[]])[])
  test(`words are cut where they are heard no longer: ${what}`, async () => {
    const inRoom = aRoom([HEARD, HEARD, HEARD])
    const { a, b, c, say, at, until } = inRoom
    say(a, 'hello', 1000)
    at(200, () => act(inRoom))
    await until(2000)
    assert.deepEqual([b.told, c.told], [toldB, toldC])
    assert.deepEqual(a.told, [])
  })

test('who begins to hear in the middle of words is not told of them, but of the next', async () => {
  const { room, leg, a, b, c, say, at, until } = aRoom([HEARD, HELD, HEARD])
  const late = leg()
  room.change(c.media, MUTED)
  say(a, 'first', 500)
  say(c, 'under my breath', 500)
  at(100, () => room.change(b.media, HEARD))
  at(200, () => room.enter(late.media, HEARD, 'Queue'))
  at(300, () => room.change(c.media, HEARD))
  at(700, () => say(a, 'second', 100))
  await until(1000)
  assert.deepEqual(b.told, ['700 Conference party second', '800 Conference party second 100'])
  assert.deepEqual(late.told, ['700 Queue party second', '800 Queue party second 100'])
})

test("the room's prompts are told to all who hear, as what they are", async () => {
  const { room, a, b, c, say, at, until } = aRoom([HEARD, MUTED, HELD])
  const tone = { kind: 'tone', verb: 'Conference', text: '(joined)', sound: aSound(100) } as const
  at(0, () => say(a, 'hello', 300))
  at(100, () => void room.run(playing(tone, prompt('welcome', 200, 0x80)), never()))
  at(150, () => room.change(c.media, HEARD))
  at(300, () => room.change(b.media, HELD))
  await until(1000)
  assert.deepEqual(a.told, [
    '100 Conference tone (joined)',
    '200 Conference tone (joined) 100',
    '200 Say say welcome',
    '400 Say say welcome 200',
  ])
  assert.deepEqual(b.told, [
    '0 Conference party hello',
    '100 Conference tone (joined)',
    '200 Conference tone (joined) 100',
    '200 Say say welcome',
    '300 Conference party hello 300',
    '300 Say say welcome 100 cut',
  ])
  assert.deepEqual(c.told, ['200 Say say welcome', '400 Say say welcome 200'])
})

test("a leg's own prompt covers the room, its words and its prompts", async () => {
  const { room, a, b, say, at, until } = aRoom([HEARD, HEARD, HEARD])
  say(a, 'hello', 1000)
  void room.run(playing(prompt('welcome', 1000, 0x80)), never())
  at(200, () => void b.media.run(playing(prompt('whisper', 100, 0x80)), never()))
  at(250, () => say(a, 'under it', 100))
  await until(2000)
  assert.deepEqual(b.told, [
    '0 Conference party hello',
    '0 Say say welcome',
    '200 Conference party hello 200 cut',
    '200 Say say welcome 200 cut',
    '200 Say say whisper',
    '300 Say say whisper 100',
  ])
})

test('somebody who hangs up at a word leaves the others as they are', async () => {
  const { engine, room, a, b, say, until } = aRoom([HEARD, HEARD, HEARD])
  const nervous = engine.open({
    spanStarted: () => nervous.gone(),
    spanEnded() {},
    keyHeard() {},
    recordingBegan() {},
    lost() {},
  })
  room.enter(nervous, HEARD, 'Conference')
  say(a, 'boo', 300)
  await until(1000)
  assert.deepEqual(b.told, ['0 Conference party boo', '300 Conference party boo 300'])
})

test('a speaker who is hung up on at its first word is told to nobody else', async () => {
  const { engine, leg, say, until } = aSoundEngineWithGuard()
  const room = engine.room()
  const speaker = leg()
  const guard = engine.open({
    spanStarted: () => speaker.media.gone(),
    spanEnded() {},
    keyHeard() {},
    recordingBegan() {},
    lost() {},
  })
  const other = leg()
  for (const media of [speaker.media, guard, other.media]) room.enter(media, HEARD, 'Conference')
  say(speaker, 'boo', 300)
  await until(1000)
  assert.deepEqual(other.told, [])
})

function aSoundEngineWithGuard() {
  const base = aSoundEngine()
  return { ...base, say: (leg: TestLeg, text: string, ms: number) => leg.media.sound(aSound(ms), text) }
}
