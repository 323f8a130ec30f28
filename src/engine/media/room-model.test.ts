/** Legs that do anything at any time, beside a model that adds up who is heard in each millisecond. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RoomPlace } from '../ports/media-engine.ts'
import type { LegAudio } from './leg-audio.ts'
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
  together,
} from './test-legs.ts'
import { aSound } from './test-sounds.ts'

const LENGTH_MS = 3000
const BEEP = 0x33
const BEEP_MS = 70
const PLACES = [HEARD, HEARD, MUTED, HELD] as const

interface Party {
  readonly media: LegAudio
  readonly code: number
  soundsUntil: number
  room: number | null
  place: RoomPlace
  isGone: boolean
}

/** Numbers that look random and are the same for the same seed. */
function seeded(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** What is heard where: the codes at each millisecond, for legs and for rooms. */
interface Heard {
  readonly legs: number[][]
  readonly rooms: number[][]
}

/** @param mutes false: the model's twin that does not know of muting */
function noteMillisecond(
  heard: Heard,
  { parties, beepsUntil, now, mutes }: { parties: Party[]; beepsUntil: number[]; now: number; mutes: boolean },
): void {
  const isHeard = ({ soundsUntil, place }: Party) => now < soundsUntil && !(mutes && place.muted) && !place.held
  const talkersIn = (room: number) => parties.filter((party) => party.room === room && isHeard(party))
  const beepIn = (room: number) => (now < beepsUntil[room]! ? [BEEP] : [])
  parties.forEach((party, index) => {
    const { room, place, media, isGone } = party
    if (isGone) return
    const talkers = room === null || place.held ? [] : talkersIn(room)
    const heardByIt = talkers.filter(
      (other) => other !== party && (other.place.coaches === null || other.place.coaches === media),
    )
    const beep = room === null || place.held ? [] : beepIn(room)
    heard.legs[index]!.push(together(...heardByIt.map(({ code }) => code), ...beep))
  })
  beepsUntil.forEach((_, room) => {
    const talkers = talkersIn(room).filter(({ place }) => place.coaches === null)
    heard.rooms[room]!.push(together(...talkers.map(({ code }) => code), ...beepIn(room)))
  })
}

function runsByMs(perMs: readonly number[]): Runs {
  const runs: Runs = []
  for (const sample of perMs) {
    const last = runs.at(-1)
    if (last && last[1] === sample) last[0] += 1
    else runs.push([1, sample])
  }
  return runs
}

async function live(legs: number, rooms: number, seed: number) {
  const { engine, leg, listen, at, until } = aSoundEngine()
  const pick = seeded(seed)
  const parties = Array.from({ length: legs }, (_, index): Party => {
    const { media } = leg()
    return { media, code: 0x8a + 5 * index, soundsUntil: 0, room: null, place: HEARD, isGone: false }
  })
  const mixers = Array.from({ length: rooms }, () => engine.room())
  const recordedLegs = parties.map(({ media }) => listen(media))
  const recordedRooms = mixers.map((room) => listen(room))
  const beepsUntil = mixers.map(() => 0)
  const newHeard = (): Heard => ({ legs: parties.map(() => []), rooms: mixers.map(() => []) })
  const model = newHeard()
  const twin = newHeard()

  const acts: ((party: Party, now: number) => void)[] = [
    (party, now) => {
      const length = 1 + pick(400)
      party.media.sound(aSound(length, party.code))
      party.soundsUntil = now + length
    },
    (party) => {
      const room = pick(rooms)
      if (party.room === room) return
      party.room = room
      party.place = PLACES[pick(PLACES.length)]!
      mixers[room]!.enter(party.media, party.place, 'Conference')
    },
    (party) => {
      const other = parties[pick(legs)]!
      if (party.room === null) return
      party.place = pick(3) === 0 && other !== party ? coaching(other.media) : PLACES[pick(PLACES.length)]!
      mixers[party.room]!.change(party.media, party.place)
    },
    (party) => {
      if (party.room === null || pick(3) > 0) return
      mixers[party.room]!.leave(party.media)
      party.room = null
    },
    (_party, now) => {
      const room = pick(rooms)
      if (beepsUntil[room]! >= now) return
      void mixers[room]!.run(playing(prompt('beep', BEEP_MS, BEEP)), never())
      beepsUntil[room] = now + BEEP_MS
    },
    (party, now) => {
      if (now < LENGTH_MS / 2 || pick(8) > 0) return
      party.media.gone()
      party.isGone = true
      party.room = null
    },
  ]
  for (let now = 0; now < LENGTH_MS; now++)
    at(now, () => {
      for (let count = pick(12) === 0 ? 1 + pick(3) : 0; count > 0; count--) {
        const party = parties[pick(legs)]!
        if (!party.isGone) acts[pick(acts.length)]!(party, now)
      }
      noteMillisecond(model, { parties, beepsUntil, now, mutes: true })
      noteMillisecond(twin, { parties, beepsUntil, now, mutes: false })
    })
  await until(LENGTH_MS)
  return {
    recorded: [...recordedLegs, ...recordedRooms].map((runs) => runs()),
    model: [...model.legs, ...model.rooms].map(runsByMs),
    twin: [...twin.legs, ...twin.rooms].map(runsByMs),
  }
}

for (const [legs, rooms, seed] of [
  [3, 1, 1],
  [3, 2, 2],
  [20, 1, 3],
  [20, 2, 4],
  [20, 2, 5],
] as const)
  test(`${legs} legs, ${rooms} rooms (seed ${seed}): each hears what the model says, to the sample`, async () => {
    const { recorded, model, twin } = await live(legs, rooms, seed)
    recorded.forEach((runs, index) => {
      assert.deepEqual(runs, model[index], `track ${index}`)
    })
    assert.notDeepEqual(recorded, twin)
    assert.ok(recorded.filter((runs) => runs.length > 10).length > recorded.length / 2)
  })

test('every code of the model is a sound of its own', () => {
  const codes = [BEEP, ...Array.from({ length: 20 }, (_, index) => 0x8a + 5 * index)]
  assert.equal(new Set(codes.map(linear)).size, codes.length)
})
