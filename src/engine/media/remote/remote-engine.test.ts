/** The engine behind a message port does what the engine itself does; and what happens when its thread dies. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newSid } from '../../../lib/ids.ts'
import type { SpeechSound } from '../../ports/leg-media.ts'
import { aSound } from '../test-sounds.ts'
import { aRemoteEngine as anEngine, told } from './test-remote.ts'

const never = () => new AbortController().signal
const play = (lengthMs: number) => ({
  prompt: { kind: 'say', verb: 'Say', text: 'hi', sound: aSound(lengthMs) } as const,
  times: 1,
})

test('a program runs, and its spans are told', async (t) => {
  const { engine } = anEngine(t)
  const { spans, events } = told()
  const leg = engine.open(events)
  const { outcome, recorded } = await leg.run({ play: [play(40), play(20)] }, never())
  assert.equal(outcome, 'played')
  assert.equal(recorded, null)
  assert.deepEqual(
    spans.map((span) => [span.lengthMs, 'playedMs' in span ? span.playedMs : 'begins']),
    [
      [40, 'begins'],
      [40, 40],
      [20, 'begins'],
      [20, 20],
    ],
  )
})

test('keys reach the program, and a stop cuts it', async (t) => {
  const { engine } = anEngine(t)
  const leg = engine.open(told().events)
  const collecting = leg.run(
    { play: [play(60_000)], collect: { numDigits: 2, finishOnKey: '#', timeoutMs: 60_000 } },
    never(),
  )
  leg.press('4')
  leg.press('2')
  assert.equal((await collecting).digits, '42')
  const stop = new AbortController()
  const playing = leg.run({ play: [play(60_000)] }, stop.signal)
  stop.abort()
  assert.equal((await playing).outcome, 'stopped')
})

test('a program may follow at once on one that was stopped', async (t) => {
  const { engine } = anEngine(t)
  const leg = engine.open(told().events)
  const stop = new AbortController()
  const first = leg.run({ play: [play(60_000)] }, stop.signal)
  stop.abort()
  const second = leg.run({ play: [play(10)] }, never())
  assert.equal((await first).outcome, 'stopped')
  assert.equal((await second).outcome, 'played')
})

test('what is being played is shown while it plays', async (t) => {
  const { engine } = anEngine(t)
  const started = Promise.withResolvers<void>()
  const leg = engine.open({ ...told().events, spanStarted: () => started.resolve() })
  assert.equal(leg.hearing(), null)
  const stop = new AbortController()
  const playing = leg.run({ play: [play(60_000)] }, stop.signal)
  await started.promise
  assert.equal(leg.hearing()?.span.text, 'hi')
  stop.abort()
  await playing
  assert.equal(leg.hearing(), null)
})

test('a message is recorded, its file comes later', async (t) => {
  const { engine, files } = anEngine(t)
  const { others, events } = told()
  const leg = engine.open(events)
  const sid = newSid('RE')
  leg.sound(aSound(60_000))
  const { outcome, recorded } = await leg.run(
    { play: [], record: { sid, finishOnKey: '', silenceMs: null, maxLengthMs: 50, trim: false } },
    never(),
  )
  assert.equal(outcome, 'recorded')
  assert.equal(recorded?.lengthMs, 50)
  assert.equal((await recorded?.audio)?.fileMs, 50)
  assert.deepEqual(others, ['recording'])
  assert.equal(files.made[0]?.sid, sid)
})

test('a recorded call ends when the party is gone, and only then the leg is closed', async (t) => {
  const { engine, files } = anEngine(t)
  const leg = engine.open(told().events)
  const recording = leg.record({
    sid: newSid('RE'),
    channels: 2,
    track: 'both',
    trim: false,
    maxLengthMs: 60_000,
  })
  recording.pause('skip')
  recording.resume()
  leg.gone()
  const { fault } = await recording.over
  await leg.closed
  assert.equal(fault, null)
  assert.notEqual(files.made[0]?.frames, null)
  assert.equal((await leg.run({ play: [play(100)] }, never())).outcome, 'gone')
})

test('a thread that dies takes its legs with it, and the next leg gets another', async (t) => {
  const { engine, threads, faults } = anEngine(t)
  const { others, spans, events } = told()
  const leg = engine.open(events)
  const playing = leg.run({ play: [play(60_000)] }, never())
  const recording = leg.record({ sid: newSid('RE'), channels: 1, track: 'both', trim: false, maxLengthMs: 60_000 })
  const fault = new Error('out of memory')
  threads[0]!.die(fault)
  assert.equal((await playing).outcome, 'gone')
  assert.match((await recording.over).fault ?? '', /worker/)
  await leg.closed
  assert.deepEqual(others, ['lost'])
  assert.deepEqual(faults, [fault])
  assert.equal(spans.filter((span) => 'cut' in span && !span.cut).length, 0)
  const next = await engine.open(told().events).run({ play: [play(10)] }, never())
  assert.equal(next.outcome, 'played')
  assert.equal(threads.length, 2)
})

test('words cross as they are spoken, and at the end; so does sound whose words are not known', async (t) => {
  const { engine } = anEngine(t)
  const leg = engine.open(told().events)
  const speech = { silenceMs: 1000, maxLengthMs: 60_000, bargeIn: true, unknownWords: true }
  const collect = { numDigits: null, finishOnKey: '#', timeoutMs: 5000, speech }
  const words: string[] = []
  const sounds: SpeechSound[] = []
  const running = leg.run({ play: [], collect }, new AbortController().signal, {
    onWords: (heard) => words.push(heard),
    onSound: (sound) => sounds.push(sound),
  })
  leg.sound(aSound(110), 'Hello there')
  const sound = setTimeout(() => leg.sound(aSound(300), { name: '(noise)' }), 300)
  t.after(() => clearTimeout(sound))
  const end = await running
  assert.equal(end.outcome, 'collected')
  assert.deepEqual(words, ['Hello', 'Hello there'])
  const [known, unknown, ...more] = end.speech!.parts
  assert.equal(more.length, 0)
  assert.deepEqual(known, { words: 'Hello there' })
  assert.ok(unknown && 'ulaw' in unknown && unknown.ulaw.buffer instanceof SharedArrayBuffer)
  assert.equal(unknown.stretch, 0)
  assert.ok(sounds.length > 2 && sounds.every(({ stretch }) => stretch === 0))
  assert.equal(sounds.at(-1)!.ulaw, null)
  assert.deepEqual(Buffer.concat(sounds.flatMap(({ ulaw }) => (ulaw ? [ulaw] : []))), Buffer.from(unknown.ulaw))
})
