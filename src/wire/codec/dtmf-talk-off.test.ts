/**
 * Half an hour of what is not keys but comes near: a voice made of formants with a moving pitch, hissing consonants,
 * pauses, and chords. Made from a seed, so that a failure comes back.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderKeys } from './dtmf.ts'
import { DtmfDetector } from './dtmf-detector.ts'
import { type Random, seeded } from './test-dtmf-audio.ts'
import { toSample } from './tone.ts'

const RATE = 8000
const MINUTES = 30

/** What sounds for a while: a sample at a time. */
type Sound = () => number

/** Two poles: rings at one frequency for as long as its bandwidth lets it. */
class Resonance {
  #last = 0
  #before = 0
  #a = 0
  #b = 0

  tune(hz: number, bandwidthHz: number): void {
    const radius = Math.exp((-Math.PI * bandwidthHz) / RATE)
    this.#a = 2 * radius * Math.cos((2 * Math.PI * hz) / RATE)
    this.#b = -radius * radius
  }

  next(driven: number): number {
    const value = driven + this.#a * this.#last + this.#b * this.#before
    this.#before = this.#last
    this.#last = value
    return value
  }
}

const between = (random: Random, from: number, to: number): number => from + (to - from) * random()

/** A vowel, gliding into another one. */
function voiced(random: Random): Sound {
  const formants = [
    { hz: between(random, 250, 900), glideHz: between(random, -1500, 1500), bandwidthHz: between(random, 50, 100) },
    { hz: between(random, 850, 2300), glideHz: between(random, -3000, 3000), bandwidthHz: between(random, 60, 120) },
    { hz: between(random, 2300, 3300), glideHz: 0, bandwidthHz: between(random, 90, 180) },
  ].map((formant) => ({ ...formant, resonance: new Resonance() }))
  const loud = 10 ** (between(random, -20, 0) / 20)
  const glideHz = between(random, -120, 120)
  let pitchHz = between(random, 80, 290)
  let phase = 0
  let at = 0
  return () => {
    if (at % 40 === 0)
      for (const { resonance, hz, glideHz, bandwidthHz } of formants)
        resonance.tune(Math.max(200, hz + (glideHz * at) / RATE), bandwidthHz)
    at += 1
    pitchHz += glideHz / RATE
    phase += pitchHz / RATE
    let pulse = 100 * (random() - 0.5)
    if (phase >= 1) {
      phase -= 1
      pulse += 8000
    }
    const [first, second, third] = formants
    return (
      loud * (first!.resonance.next(pulse) - 0.7 * second!.resonance.next(pulse) + 0.4 * third!.resonance.next(pulse))
    )
  }
}

function hissing(random: Random): Sound {
  const teeth = new Resonance()
  teeth.tune(between(random, 1500, 3800), between(random, 300, 1500))
  const loud = between(random, 200, 4000)
  return () => teeth.next(loud * (random() - 0.5))
}

/** Sines by the recurrence that Goertzel's algorithm runs backwards. */
function ringing(
  partials: readonly { readonly hz: number; readonly amplitude: number }[],
  decayDbPerSec: number,
): Sound {
  const decay = 10 ** (-decayDbPerSec / 20 / RATE)
  const resonances = partials.map(({ hz, amplitude }) => {
    const resonance = new Resonance()
    resonance.tune(hz, 0)
    resonance.next(amplitude * Math.sin((2 * Math.PI * hz) / RATE))
    return resonance
  })
  let loud = 1
  return () => {
    loud *= decay
    let sum = 0
    for (const resonance of resonances) sum += resonance.next(0)
    return loud * sum
  }
}

const OVERTONES = [1, 0.5, 0.35, 0.25]
const noteHz = (note: number): number => 440 * 2 ** ((note - 69) / 12)

/** Two notes of an instrument, or three pure ones. */
function chord(random: Random): Sound {
  const root = 55 + Math.floor(random() * 30)
  const third = root + 3 + Math.floor(random() * 9)
  const fifth = third + 3 + Math.floor(random() * 7)
  const decayDbPerSec = between(random, 0, 60)
  const amplitude = (): number => between(random, 2000, 5000)
  if (random() < 0.5)
    return ringing(
      [root, third, fifth].map((note) => ({ hz: noteHz(note), amplitude: amplitude() })),
      decayDbPerSec,
    )
  const partials = [root, third].flatMap((note) => {
    const loud = amplitude()
    return OVERTONES.map((part, index) => ({ hz: noteHz(note) * (index + 1), amplitude: part * loud }))
  })
  return ringing(
    partials.filter(({ hz }) => hz < RATE / 2),
    decayDbPerSec,
  )
}

const silent: Sound = () => 0

/** @returns a sound, and for how many milliseconds */
function nextSound(random: Random): [Sound, number] {
  const kind = random()
  if (kind < 0.6) return [voiced(random), between(random, 60, 300)]
  if (kind < 0.75) return [hissing(random), between(random, 40, 150)]
  if (kind < 0.87) return [silent, between(random, 30, 500)]
  return [chord(random), between(random, 80, 600)]
}

function* talk(random: Random, seconds: number): Generator<Int16Array> {
  const chunk = new Int16Array(RATE)
  let [sound, lengthMs] = nextSound(random)
  let left = lengthMs * 8
  for (let second = 0; second < seconds; second++) {
    for (let at = 0; at < chunk.length; at++) {
      if (left <= 0) {
        ;[sound, lengthMs] = nextSound(random)
        left = lengthMs * 8
      }
      left -= 1
      chunk[at] = toSample(sound())
    }
    yield chunk
  }
}

test(`in ${MINUTES} minutes of voice and music no key is found, and after them the first one pressed`, () => {
  const detector = new DtmfDetector()
  const found: string[] = []
  for (const chunk of talk(seeded(24), MINUTES * 60))
    for (const { key, startedAtSample } of detector.push(chunk)) found.push(`${key} at ${startedAtSample / RATE} s`)
  assert.deepEqual(found, [])
  assert.deepEqual(
    detector.push(renderKeys('w5')).map(({ key }) => key),
    ['5'],
  )
})
