import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Instant } from '../../lib/ids.ts'
import { VirtualClock } from '../../lib/virtual-clock.ts'
import { fromUlaw, toUlaw } from '../../wire/codec/g711.ts'
import { type DetectionOptions, MachineDetector } from '../amd/machine-detector.ts'
import { joined, tone } from '../amd/test-line-audio.ts'
import type { Sound } from '../ports/sound.ts'
import { timedSynthesizer } from '../speech/timed-synthesizer.ts'
import { InlineEngine } from './inline-engine.ts'
import { aSoundEngine, START } from './test-legs.ts'
import { memoryFiles } from './test-sounds.ts'

const OPTIONS: DetectionOptions = {
  mode: 'DetectMessageEnd',
  timeoutMs: 30_000,
  speechThresholdMs: 2400,
  speechEndThresholdMs: 1200,
  silenceTimeoutMs: 5000,
}

const soundOf = (samples: Int16Array): Sound => {
  const ulaw = new Uint8Array(new SharedArrayBuffer(samples.length))
  ulaw.set(toUlaw(samples))
  return { id: 'sound', lengthMs: samples.length / 8, ulaw }
}

async function murmur(lengthMs: number): Promise<Int16Array> {
  const voice = { name: 'female', gender: 'female', language: 'en-US' } as const
  const { samples } = await timedSynthesizer().synthesize({
    text: 'x'.repeat(lengthMs / 60),
    voice,
    rate: 1,
    pitch: 1,
  })
  return samples
}

/** What the detector says when it hears everything, silence too. */
function heardWhole(samples: Int16Array, options: DetectionOptions) {
  const detector = new MachineDetector(options)
  const line = fromUlaw(toUlaw(joined(samples, 61_000)))
  const verdict = detector.push(line)
  return verdict && { answeredBy: verdict.answeredBy, durationMs: verdict.atSample / 8 }
}

const LINES: Readonly<Record<string, () => Promise<Int16Array>>> = {
  nothing: async () => new Int16Array(0),
  'a word': async () => joined(700, await murmur(480)),
  'words with a pause': async () => joined(await murmur(600), 800, await murmur(600)),
  'a click, then a word': async () => joined(300, tone('700/15'), 2000, await murmur(300)),
  'a greeting': async () => murmur(6000),
  'a greeting and a beep': async () => joined(await murmur(4200), 500, tone('1000/400')),
  'a greeting, silence, and a late beep': async () => joined(await murmur(4200), 1450, tone('1000/400')),
  'a beep': async () => joined(1000, tone('1000/400')),
  'a fax that calls': async () => joined(800, tone('1100/500')),
  'a busy line': async () => tone('480+620/500 0/500', { lengthMs: 4000 }),
}

for (const [what, made] of Object.entries(LINES))
  for (const mode of ['Enable', 'DetectMessageEnd'] as const)
    test(`${mode}: ${what}: the verdict is told when it is due, as if every frame had been looked at`, async () => {
      const { clock, leg, until } = aSoundEngine()
      const samples = await made()
      const options = { ...OPTIONS, mode }
      const expected = heardWhole(samples, options)
      assert.ok(expected)
      const { media } = leg()
      if (samples.length > 0) media.sound(soundOf(samples))
      let toldAt = Number.NaN
      const { verdict } = media.detectMachine(options)
      void verdict.then(() => {
        toldAt = clock.now() - START
      })
      await clock.advance(61_000)
      assert.deepEqual(await verdict, expected)
      assert.equal(toldAt, expected.durationMs)
      await until(61_000)
    })

test('sounds that begin while it listens are heard, wherever they begin', async () => {
  const word = await murmur(480)
  for (const atMs of [1, 777, 3333]) {
    const { clock, leg, at, until } = aSoundEngine()
    const { media } = leg()
    at(atMs, () => media.sound(soundOf(word)))
    const { verdict } = media.detectMachine(OPTIONS)
    await clock.advance(20_000)
    assert.deepEqual(await verdict, heardWhole(joined(atMs, word), OPTIONS))
    await until(20_000)
  }
})

test('a leg hears what another one is played, when they are joined', async () => {
  const { clock, engine, leg, until } = aSoundEngine()
  const [one, other] = [leg().media, leg().media]
  engine.join(one, other)
  const { verdict } = one.detectMachine(OPTIONS)
  const sound = soundOf(await murmur(480))
  void other.run(
    { play: [{ prompt: { kind: 'say', verb: 'Say', text: 'hello', sound }, times: 1 }] },
    new AbortController().signal,
  )
  await clock.advance(20_000)
  assert.equal((await verdict)?.answeredBy, 'human')
  await until(20_000)
})

test('in silence it waits, and afterwards nothing is left of it', async () => {
  let timers = 0
  class CountingClock extends VirtualClock {
    override after(...timer: Parameters<VirtualClock['after']>) {
      timers += 1
      return super.after(...timer)
    }
  }
  const clock = new CountingClock({ startAt: START as Instant, settleMs: 0, mode: 'held' })
  const engine = new InlineEngine({ clock, files: memoryFiles() })
  const media = engine.open({ spanStarted() {}, spanEnded() {}, keyHeard() {}, recordingBegan() {}, lost() {} })
  const { verdict } = media.detectMachine({ ...OPTIONS, silenceTimeoutMs: 10_000 })
  await clock.advance(9990)
  assert.equal(clock.pending, 1)
  await clock.advance(10)
  assert.deepEqual(await verdict, { answeredBy: 'unknown', durationMs: 10_000 })
  assert.equal(clock.pending, 0)
  assert.ok(timers < 5, `${timers} timers`)
})

for (const [how, end] of [
  ['is stopped', (_leg: unknown, detection: { stop(): void }) => detection.stop()],
  ['ends with its leg', (leg: { gone(): void }) => leg.gone()],
] as const)
  test(`a detection that ${how} has no verdict`, async () => {
    const { clock, leg, until } = aSoundEngine()
    const { media } = leg()
    media.sound(soundOf(await murmur(1200)))
    const detection = media.detectMachine(OPTIONS)
    await clock.advance(1000)
    end(media, detection)
    assert.equal(await detection.verdict, null)
    assert.equal(clock.pending, 0)
    detection.stop()
    await until(2000)
  })

test('a second detection stops the first; a leg that is gone has none', async () => {
  const { clock, leg, until } = aSoundEngine()
  const { media } = leg()
  const first = media.detectMachine(OPTIONS)
  const second = media.detectMachine(OPTIONS)
  assert.equal(await first.verdict, null)
  await clock.advance(5000)
  assert.equal((await second.verdict)?.answeredBy, 'unknown')
  media.gone()
  assert.equal(await media.detectMachine(OPTIONS).verdict, null)
  await until(6000)
})
