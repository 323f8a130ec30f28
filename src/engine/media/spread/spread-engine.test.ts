/** Legs of several threads that hear each other: the threads are this one, the ports and the shared memory are real. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { encodeUlaw, ULAW_TO_LINEAR } from '../../../wire/codec/g711.ts'
import type { LineMedia } from '../../ports/line.ts'
import { AGREED, lineEvents, testLine } from '../line/test-line.ts'
import { aRemoteEngine, until } from '../remote/test-remote.ts'
import { HEARD, MUTED } from '../test-legs.ts'
import { SpreadEngine } from './spread-engine.ts'

const [A, B, C] = [0x90, 0x20, 0xa5] as const
const sum = (...codes: number[]) => encodeUlaw(codes.reduce((total, code) => total + ULAW_TO_LINEAR[code]!, 0))

interface Phone {
  readonly media: LineMedia
  /** Which engine it is in. */
  readonly thread: number
  says: number | null
  /** What it was given since this was asked last. */
  heard(): number[]
}

function aSpread(t: TestContext, threads: number) {
  const opened: { says: number | null; heard: Set<number>; thread: number }[] = []
  const engines = Array.from({ length: threads }, (_, thread) => {
    const lines = {
      open: async () => {
        const party = { says: null as number | null, heard: new Set<number>(), thread }
        opened.push(party)
        return testLine({
          take(into) {
            if (party.says === null) return false
            into.fill(party.says)
            return true
          },
          give(frame) {
            if (frame) for (const code of frame) if (code !== 0xff) party.heard.add(code)
          },
        })
      },
    }
    return aRemoteEngine(t, lines).engine
  })
  const spread = new SpreadEngine(engines)
  const phone = async (near: LineMedia | null = null): Promise<Phone> => {
    const media = spread.openLine(lineEvents(), near)
    await media.local
    const party = opened.at(-1)!
    media.connect(AGREED)
    return {
      media,
      thread: party.thread,
      get says() {
        return party.says
      },
      set says(code) {
        party.says = code
      },
      heard() {
        const codes = [...party.heard]
        party.heard.clear()
        return codes
      },
    }
  }
  return { spread, phone }
}

/** Until a phone hears exactly this, at most five seconds. */
async function untilHeard(phone: Phone, ...codes: number[]): Promise<void> {
  let heard: number[] = []
  for (let tries = 0; tries < 100; tries++) {
    phone.heard()
    await sleep(50)
    heard = phone.heard()
    if (heard.length === codes.length && codes.every((code) => heard.includes(code))) return
  }
  assert.deepEqual(heard, codes)
}

test('lines go where there is least to do, and to whom they will hear', async (t) => {
  const { phone } = aSpread(t, 3)
  const first = await phone()
  const second = await phone()
  const third = await phone()
  assert.deepEqual([first.thread, second.thread, third.thread], [0, 1, 2])
  assert.equal((await phone(second.media)).thread, 1)
})

test('two of different threads hear each other until the bridge ends', async (t) => {
  const { spread, phone } = aSpread(t, 2)
  const one = await phone()
  const other = await phone()
  one.says = A
  other.says = B
  const bridge = spread.bridge(one.media, other.media, 'Dial')
  await untilHeard(other, A)
  await untilHeard(one, B)
  bridge.end()
  await untilHeard(other)
  await untilHeard(one)
})

test('a room hears all of its legs, wherever they are', async (t) => {
  const { spread, phone } = aSpread(t, 3)
  const phones = [await phone(), await phone(), await phone()] as const
  const [one, two, three] = phones
  const room = spread.room()
  const spoke: string[] = []
  room.onSpeech((leg, speaking) => void spoke.push(`${phones.findIndex(({ media }) => media === leg)} ${speaking}`))
  for (const { media } of phones) room.enter(media, HEARD, 'Conference')
  one.says = A
  two.says = B
  three.says = C
  await untilHeard(one, sum(B, C))
  await untilHeard(two, sum(A, C))
  await untilHeard(three, sum(A, B))
  await until(() => spoke.length === 3)
  assert.deepEqual(spoke.toSorted(), ['0 true', '1 true', '2 true'])
  room.change(two.media, MUTED)
  await untilHeard(one, C)
  await untilHeard(two, sum(A, C))
  room.leave(three.media)
  await untilHeard(three)
  await untilHeard(one)
  await untilHeard(two, A)
  await room.close()
  await untilHeard(two)
})

test('who coaches from another thread is heard by one alone', async (t) => {
  const { spread, phone } = aSpread(t, 2)
  const [agent, coach, customer] = [await phone(), await phone(), await phone()]
  const room = spread.room()
  room.enter(agent.media, HEARD, 'Conference')
  room.enter(customer.media, HEARD, 'Conference')
  room.enter(coach.media, { ...HEARD, coaches: agent.media }, 'Conference')
  assert.notEqual(coach.thread, agent.thread)
  coach.says = C
  await untilHeard(agent, C)
  await untilHeard(customer)
  await room.close()
})

test('a leg that hangs up or goes elsewhere leaves the room it was in', async (t) => {
  const { spread, phone } = aSpread(t, 2)
  const [one, two, three] = [await phone(), await phone(), await phone()]
  const room = spread.room()
  for (const { media } of [one, two, three]) room.enter(media, HEARD, 'Conference')
  two.says = B
  await untilHeard(one, B)
  two.media.gone()
  await two.media.closed
  await untilHeard(one)
  three.says = C
  one.says = A
  await untilHeard(three, A)
  const fourth = await phone()
  spread.bridge(one.media, fourth.media, 'Dial')
  await untilHeard(fourth, A)
  await untilHeard(three)
  await room.close()
})
