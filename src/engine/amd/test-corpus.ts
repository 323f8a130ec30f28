/**
 * Answered calls to count verdicts on: who speaks, what, how loud, in front of which noise and how long after the answer
 * is drawn by lot, the same from the same seed. All go through µ-law.
 */
import { fromUlaw, SAMPLES_PER_MS, toUlaw } from '../../wire/codec/g711.ts'
import { type Random, seeded } from '../../wire/codec/test-dtmf-audio.ts'
import { toSample } from '../../wire/codec/tone.ts'
import type { AnsweredBy, DetectionMode } from './detection-table.ts'
import { MACHINES, MACHINES_SHORT, PEOPLE_LONG, PEOPLE_SHORT } from './test-greetings.ts'
import { tone } from './test-line-audio.ts'
import { atLevel, babble, pink, white } from './test-noises.ts'
import type { Speakers } from './test-voices.ts'

export const KINDS = ['person, short', 'person, long', 'machine, beep', 'machine, silence', 'nobody', 'fax'] as const
export type Kind = (typeof KINDS)[number]

export interface Greeting {
  readonly kind: Kind
  /** Everything that was drawn, for whoever asks why it was not found out. */
  readonly what: string
  /** What the line carries from the answer on. */
  readonly line: Int16Array
  readonly truth: Readonly<Record<DetectionMode, AnsweredBy>>
  /** Of the words, with the pauses between them; 0 when there are none. */
  readonly spokenMs: number
  /** Where the last word, or what stands for it, ends. No end of a greeting may be told before. */
  readonly toMs: number
}

export interface CorpusOptions {
  readonly speakers: Speakers
  readonly seed: number
  /** How many of each kind. */
  readonly counts: Readonly<Record<Kind, number>>
  /** Of the documented rule: who speaks so long is a machine. */
  readonly speechThresholdMs: number
  /** Of each list, only so many of the first; default all. */
  readonly wordingsMax?: number
}

export const HUNDRED: Readonly<Record<Kind, number>> = {
  'person, short': 32,
  'person, long': 14,
  'machine, beep': 26,
  'machine, silence': 12,
  nobody: 8,
  fax: 8,
}

const NOISES = ['none', 'none', 'white', 'pink', 'babble'] as const
const BEEPS_HZ = [400, 425, 440, 660, 800, 850, 1000, 1100, 1400, 1750, 2000]
const FAXES = ['2100/3300', '2100/3300', '2100/450 0/30 2100/450 0/30 2100/450 0/30 2100/450', '1100/500 0/3000']
/** How long the line goes on after the last sound. */
const AFTER_MS = 8000

/** Everything that is drawn, in this order. */
function draw(random: Random) {
  const between = (from: number, to: number) => from + random() * (to - from)
  const among = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!
  const levelDbfs = between(-35, -12)
  const snrDb = between(5, 30)
  return {
    levelDbfs,
    noise: among(NOISES),
    noiseDbfs: levelDbfs - snrDb,
    hissDbfs: between(-70, -50),
    /** The line may be dead for a moment after the answer. */
    deadMs: random() < 0.5 ? Math.round(between(20, 500)) : 0,
    /** Whether the noise is otherwise than usual: see where it is mixed in. */
    isOdd: random() < 0.25,
    between,
    among,
  }
}
type Drawn = ReturnType<typeof draw>

export async function makeCorpus(options: CorpusOptions): Promise<readonly Greeting[]> {
  const random = seeded(options.seed)
  // The first of these random numbers are alike for seeds that are.
  for (let skipped = 0; skipped < 16; skipped++) random()
  const babblers = await Promise.all(
    MACHINES.slice(0, options.wordingsMax).map(
      async (sentences, index) => (await options.speakers.say(sentences, index % options.speakers.count, 150)).samples,
    ),
  )
  const corpus: Greeting[] = []
  for (const kind of KINDS)
    for (let turn = 0; turn < options.counts[kind]; turn++) corpus.push(await make(kind, options, random, babblers))
  return corpus
}

async function make(
  kind: Kind,
  { speakers, speechThresholdMs, wordingsMax }: CorpusOptions,
  random: Random,
  babblers: readonly Int16Array[],
): Promise<Greeting> {
  const drawn = draw(random)
  const { levelDbfs, noise, noiseDbfs, hissDbfs, between, among, isOdd, deadMs } = drawn
  const isPerson = kind.startsWith('person')
  const isMachine = kind.startsWith('machine')
  const delayMs = Math.round(isPerson ? between(100, 1200) : between(200, 2000))
  const speaker = Math.floor(random() * speakers.count)

  const sentences = isPerson || isMachine ? among(wordingsOf(kind, random).slice(0, wordingsMax)) : []
  const words =
    sentences.length > 0
      ? await speakers.say(sentences, speaker, Math.round(between(isPerson ? 400 : 150, 1000)))
      : { samples: new Int16Array(0), fromMs: 0, toMs: 0 }
  const after = afterWords(kind, drawn)
  const wordsEnd = delayMs * SAMPLES_PER_MS + words.samples.length
  const afterFrom = wordsEnd + after.pauseMs * SAMPLES_PER_MS
  const count = afterFrom + after.samples.length + AFTER_MS * SAMPLES_PER_MS

  const line = new Float64Array(count)
  if (words.samples.length > 0)
    mix(line, atLevel(Float64Array.from(words.samples), levelDbfs), delayMs * SAMPLES_PER_MS)
  mix(line, Float64Array.from(after.samples), afterFrom)
  mix(line, atLevel(white(count, random), hissDbfs), 0)
  if (noise !== 'none' && kind !== 'fax') {
    // A machine has recorded what was behind its owner with the words, unless the line is noisy; of a person it is there
    // from the answer on, unless the telephone sends nothing but words.
    const around = 150 * SAMPLES_PER_MS
    const isWithWords = (isMachine && !isOdd) || (isPerson && isOdd)
    const from = isWithWords ? Math.max(0, delayMs * SAMPLES_PER_MS - around) : 0
    const to = isWithWords ? wordsEnd + around : count
    const background = { white, pink, babble: (length: number) => babble(length, random, babblers) }[noise]
    mix(line, atLevel(background(to - from, random), noiseDbfs), from)
  }

  line.fill(0, 0, Math.min(deadMs, delayMs) * SAMPLES_PER_MS)

  const spokenMs = words.toMs - words.fromMs
  const what = [
    ...[
      kind,
      `"${sentences.join(' … ')}"`,
      `speaker ${speaker}`,
      `${spokenMs} ms after ${delayMs} ms (dead ${deadMs})`,
    ],
    ...[`${levelDbfs.toFixed(0)} dBFS, ${noise} at ${noiseDbfs.toFixed(0)}${isOdd ? ' (odd)' : ''}`, after.what],
  ]
  return {
    kind,
    what: what.join(', '),
    line: fromUlaw(toUlaw(new Int16Array(line.map(toSample)))),
    truth: truthOf(kind, spokenMs < speechThresholdMs),
    spokenMs,
    toMs: delayMs + (words.samples.length > 0 ? words.toMs : 0),
  }
}

function wordingsOf(kind: Kind, random: Random): readonly (readonly string[])[] {
  if (kind === 'person, short') return PEOPLE_SHORT
  if (kind === 'person, long') return PEOPLE_LONG
  return kind === 'machine, beep' && random() < 0.1 ? MACHINES_SHORT : MACHINES
}

/** What a machine or a fax sounds after its words. */
function afterWords(kind: Kind, { levelDbfs, between, among }: Drawn) {
  if (kind === 'fax') {
    const cadence = among(FAXES)
    const lengthMs = cadence.startsWith('1100') ? { lengthMs: 10_500 } : {}
    return { samples: tone(cadence, { levelDbfs, ...lengthMs }), pauseMs: 0, what: cadence }
  }
  if (kind !== 'machine, beep') return { samples: new Int16Array(0), pauseMs: 0, what: '' }
  const cadence = `${among(BEEPS_HZ)}/${Math.round(between(150, 1400))}`
  const pauseMs = Math.round(between(50, 1100))
  const beep = tone(cadence, { levelDbfs: Math.min(-8, levelDbfs + between(-6, 6)) })
  return { samples: beep, pauseMs, what: `${cadence} after ${pauseMs} ms` }
}

/** By the documented rule. A machine with a beep is one even when its words are few. */
function truthOf(kind: Kind, isShort: boolean): Readonly<Record<DetectionMode, AnsweredBy>> {
  if (kind === 'machine, beep') return { Enable: 'machine_start', DetectMessageEnd: 'machine_end_beep' }
  if (kind === 'fax') return { Enable: 'fax', DetectMessageEnd: 'fax' }
  if (kind === 'nobody') return { Enable: 'unknown', DetectMessageEnd: 'unknown' }
  if (isShort) return { Enable: 'human', DetectMessageEnd: 'human' }
  return { Enable: 'machine_start', DetectMessageEnd: 'machine_end_silence' }
}

function mix(line: Float64Array, samples: Float64Array, from: number): void {
  for (let at = 0; at < samples.length && from + at < line.length; at++) line[from + at]! += samples[at]!
}
