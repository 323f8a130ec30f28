import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Instant } from '../../../lib/ids.ts'
import { ULAW_SILENCE } from '../../../wire/codec/g711.ts'
import type { Prompt } from '../../ports/leg-media.ts'
import { FRAME_BYTES, type MediaLineEvents } from '../../ports/line.ts'
import { aSoundEngine, call, HEARD, linear, never, playing, prompt, runsOf, together } from '../test-legs.ts'
import { aSound } from '../test-sounds.ts'
import { AGREED, LOCAL, lineEvents, STATISTICS, testLine } from './test-line.ts'

const A = 0x10
const B = 0x90
const C = 0x20

/** What the party says by code and time, what it was given, and what it was told beside. */
function aLine(events: MediaLineEvents, has: { readonly events: boolean }) {
  const line = {
    events,
    says: [] as { from: number; to: number; code: number }[],
    taken: 0,
    given: [] as number[],
    keys: [] as string[],
    closed: false,
  }
  const media = testLine({
    take(into) {
      const atMs = line.taken++ * 20
      const code = line.says.find(({ from, to }) => atMs >= from && atMs < to)?.code
      if (code === undefined) return false
      into.fill(code)
      return true
    },
    give: (frame) => void line.given.push(...(frame ?? new Uint8Array(FRAME_BYTES).fill(ULAW_SILENCE))),
    sendKey(digit, lengthMs) {
      if (has.events) line.keys.push(`${digit}/${lengthMs}`)
      return has.events
    },
    statistics: () => ({ ...STATISTICS, receivedPackets: line.taken }),
    close() {
      line.closed = true
    },
  })
  return { line, media }
}

type Line = ReturnType<typeof aLine>['line']

/** Legs with lines that stand, beside those with simulated parties. */
function aLineEngine(has = { events: true }) {
  const lines: Line[] = []
  const bed = aSoundEngine({
    open: async (events) => {
      const { line, media } = aLine(events, has)
      lines.push(line)
      return media
    },
  })
  const lineLeg = async () => {
    const told: string[] = []
    const now = () => bed.clock.now() - bed.start
    const media = bed.engine.openLine(
      lineEvents({
        spanStarted: ({ verb, kind, text }) => void told.push(`${now()} ${verb} ${kind} ${text}`),
        spanEnded: ({ text, playedMs, cut }) => void told.push(`${now()} ${text} ${playedMs}${cut ? ' cut' : ''}`),
        keyHeard: (key) => void told.push(`${now()} key ${key}`),
        lineSilent: () => void told.push(`${now()} silent`),
      }),
    )
    assert.deepEqual(await media.local, LOCAL)
    media.connect({ ...AGREED, events: has.events ? AGREED.events : null })
    return { media, told, line: lines.at(-1)! }
  }
  return { ...bed, lineLeg }
}

/** What was given, without the silence around it. */
const heard = (line: Line) => {
  const runs = runsOf(line.given.map(linear)).filter(([, sample]) => sample !== 0)
  return runs
}

test('a prompt is given to the line whole, sample for sample', async () => {
  const { lineLeg, at, until } = aLineEngine()
  const { media, told, line } = await lineLeg()
  at(100, () => void media.run(playing(prompt('hello', 333, A)), never()))
  await until(1000)
  assert.deepEqual(heard(line), [[333, linear(A)]])
  assert.deepEqual(told, ['100 Say say hello', '433 hello 333'])
})

test('two parties of a bridge are given each other', async () => {
  const { lineLeg, engine, at, until } = aLineEngine()
  const one = await lineLeg()
  const other = await lineLeg()
  one.line.says.push({ from: 200, to: 500, code: A })
  other.line.says.push({ from: 400, to: 460, code: B })
  at(10, () => void engine.bridge(one.media, other.media, 'Dial'))
  await until(1000)
  assert.deepEqual(heard(other.line), [[300, linear(A)]])
  assert.deepEqual(heard(one.line), [[60, linear(B)]])
})

test('a room gives each party the others, from the first frame after a silence on', async () => {
  const { lineLeg, engine, at, until } = aLineEngine()
  const legs = [await lineLeg(), await lineLeg(), await lineLeg()]
  const room = engine.room()
  for (const { media } of legs) room.enter(media, HEARD, 'Conference')
  legs[0]!.line.says.push({ from: 2000, to: 2200, code: A }, { from: 9000, to: 9100, code: A })
  legs[1]!.line.says.push({ from: 2100, to: 2300, code: C })
  at(12_000, () => {})
  await until(12_000)
  const [a, c, ac] = [linear(A), linear(C), together(A, C)]
  assert.deepEqual(heard(legs[2]!.line), [
    [100, a],
    [100, ac],
    [100, c],
    [100, a],
  ])
  assert.deepEqual(heard(legs[1]!.line), [
    [200, a],
    [100, a],
  ])
  assert.deepEqual(heard(legs[0]!.line), [[200, c]])
})

test('a recording has what the line said and what it was given, for longer than the line keeps it', async () => {
  const { lineLeg, files, at, until } = aLineEngine()
  const { media, line } = await lineLeg()
  line.says.push({ from: 40, to: 9040, code: B })
  at(0, () => void media.record(call({ track: 'both', channels: 2 })))
  at(500, () => void media.run(playing(prompt('hello', 200, A)), never()))
  await until(10_000)
  const samples = files.made[0]!.samples
  const left = runsOf(samples.filter((_, index) => index % 2 === 0)).filter(([, sample]) => sample !== 0)
  const right = runsOf(samples.filter((_, index) => index % 2 === 1)).filter(([, sample]) => sample !== 0)
  assert.deepEqual(left, [[9000, linear(B)]])
  assert.deepEqual(right, [[200, linear(A)]])
})

test('keys of the line end a program and are told; keys to it go as events, without tones', async () => {
  const { lineLeg, at, until } = aLineEngine()
  const { media, told, line } = await lineLeg()
  const collect = { numDigits: 2, finishOnKey: '#', timeoutMs: 5000 }
  const ends: unknown[] = []
  at(0, () => void media.run({ ...playing(prompt('menu', 3000, A)), collect }, never()).then((end) => ends.push(end)))
  at(200, () => line.events.key('4'))
  at(400, () => line.events.key('2'))
  at(1000, () => media.sendKeys('1w2'))
  await until(3000)
  assert.deepEqual(told, ['0 Say say menu', '200 key 4', '200 menu 200 cut', '400 key 2'])
  const [end] = ends as { outcome: string; digits: string }[]
  assert.deepEqual([end?.outcome, end?.digits], ['collected', '42'])
  assert.deepEqual(line.keys, ['1/100', '2/100'])
})

const sung = (kind: 'keys' | 'tone', text: string, lengthMs: number): Prompt => {
  return { kind, verb: 'Play', text, sound: aSound(lengthMs, A) }
}

for (const [events, given, pressed, what] of [
  [true, 0, ['4/100', '2/100', '#/100'], 'go as events, without tones'],
  [false, 8 * 300, [], 'are the tones that it plays, and nothing else'],
] as const)
  test(`to a party with${events ? '' : 'out'} events keys of a program ${what}; what follows them is given`, async () => {
    const { lineLeg, at, until } = aLineEngine({ events })
    const { media, line, told } = await lineLeg()
    at(110, () => void media.run(playing(sung('keys', '42#', 300), prompt('menu', 200, B)), never()))
    await until(1000)
    assert.deepEqual(line.keys, pressed)
    assert.equal(line.given.filter((code) => code === A).length, given)
    assert.equal(line.given.filter((code) => code === B).length, 8 * 200)
    assert.equal(line.given.filter((code) => ![A, B, ULAW_SILENCE].includes(code)).length, 0)
    assert.equal(told[0], '110 Play tone 42#')
  })

test('tones that are no keys are given to everybody', async () => {
  const { lineLeg, at, until } = aLineEngine()
  const { media, line } = await lineLeg()
  at(100, () => void media.run(playing(sung('tone', '(beep)', 100)), never()))
  await until(500)
  assert.equal(line.given.filter((code) => code === A).length, 800)
})

test('without events a tone of 100 ms is given', async () => {
  const { lineLeg, at, until } = aLineEngine({ events: false })
  const { media, line } = await lineLeg()
  at(100, () => media.sendKeys('5'))
  await until(900)
  const samples = line.given.map(linear)
  const first = samples.findIndex((sample) => sample !== 0)
  const last = samples.findLastIndex((sample) => sample !== 0)
  assert.ok(last - first > 780 && last - first <= 800, String(last - first))
})

test('who speaks on a line is heard to begin and to stop', async () => {
  const { lineLeg, engine, clock, start, at, until } = aLineEngine()
  const { media, line } = await lineLeg()
  const told: string[] = []
  const room = engine.room()
  room.onSpeech((_leg, speaking, atMs: Instant) => void told.push(`${atMs - start} ${speaking}`))
  room.enter(media, HEARD, 'Conference')
  line.says.push({ from: 61_000, to: 61_600, code: A })
  at(70_000, () => assert.ok(clock.pending < 10))
  await until(70_000)
  assert.deepEqual(told, ['61200 true', '62400 false'])
})

test('a line that is gone takes and gives no more', async () => {
  const { lineLeg, at, until } = aLineEngine()
  const { media, line } = await lineLeg()
  at(1000, () => media.gone())
  await until(2000)
  assert.ok(line.closed)
  assert.equal(line.taken, 49)
  assert.equal(line.given.length / FRAME_BYTES, 49)
  assert.equal((await media.statistics())?.receivedPackets, 49)
})
