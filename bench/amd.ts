/**
 * How often answering machine detection is right: a hundred greetings of people and machines by each of two synthesizers,
 * loud and soft, in front of several noises, through µ-law, given to the detector as samples. Its parameters were chosen
 * on flite's voices only; espeak-ng's are the ones that count. Also: how soon a person is told, and what listening costs.
 *
 *     node bench/amd.ts [seeds, each a corpus: 1 2 3]      needs espeak-ng
 */
import { createEspeak } from '../src/adapters/speech-espeak/espeak.ts'
import { findEspeak } from '../src/adapters/speech-espeak/find-espeak.ts'
import { createFlite } from '../src/adapters/speech-flite/flite.ts'
import type { DetectionMode } from '../src/engine/amd/detection-table.ts'
import { type Greeting, HUNDRED, makeCorpus } from '../src/engine/amd/test-corpus.ts'
import { accuracyOf, DEFAULTS, type Judged, judge } from '../src/engine/amd/test-counting.ts'
import {
  ESPEAK_SPEAKERS,
  FLITE_SPEAKERS,
  type Speakers,
  speakersOf,
  withSpeakers,
} from '../src/engine/amd/test-voices.ts'
import { cpuMs, quantile } from './media-bed.ts'

const SEEDS_MAX = 20
const given = process.argv.slice(2, 2 + SEEDS_MAX).map(Number)
const seeds = given.length > 0 ? given : [1, 2, 3]
const MODES = ['Enable', 'DetectMessageEnd'] as const
const { speechThresholdMs } = DEFAULTS

const percent = (part: number) => `${(100 * part).toFixed(1)} %`
const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`

/** A business's greeting is a person's or, by the documented rule, a machine's: these are told apart. */
const truthOf = ({ kind, spokenMs }: Greeting): string =>
  kind === 'person, long' ? `${kind}, ${spokenMs < speechThresholdMs ? 'below' : 'above'} the threshold` : kind

function printTable(mode: DetectionMode, judged: readonly Judged[]): void {
  const truths = [...new Set(judged.map(({ greeting }) => truthOf(greeting)))]
  const verdicts = [...new Set(judged.map(({ verdict }) => verdict))].sort()
  console.log(`\n| ${mode}: truth | ${verdicts.join(' | ')} | right |\n|---|${'---|'.repeat(verdicts.length + 1)}`)
  for (const truth of truths) {
    const row = judged.filter(({ greeting }) => truthOf(greeting) === truth)
    const counts = verdicts.map((verdict) => row.filter((one) => one.verdict === verdict).length || '')
    console.log(
      `| ${truth} | ${counts.join(' | ')} | ${row.filter(({ isRight }) => isRight).length} of ${row.length} |`,
    )
  }
}

/** When people were told from machines, since the answer and since their last word. */
function timesOf(judged: readonly Judged[]): string {
  const people = judged.filter(({ isRight, verdict }) => isRight && verdict === 'human')
  const since = (from: (greeting: Greeting) => number) => {
    const times = people.map(({ greeting, atMs }) => atMs - from(greeting))
    return `${seconds(quantile(times, 0.5))} / ${seconds(quantile(times, 0.9))}`
  }
  const firstWord = since(({ toMs, spokenMs }) => toMs - spokenMs)
  return `after the answer ${since(() => 0)}, after the first word ${firstWord}, after the last ${since(({ toMs }) => toMs)}`
}

/** Of a person's long greeting that is a machine's by the rule, what somebody would say who had looked. */
const isRightForEyes = ({ greeting, verdict, isRight }: Judged): boolean =>
  greeting.kind.startsWith('person') ? verdict === 'human' : isRight

async function count(name: string, speakers: Speakers): Promise<readonly Greeting[]> {
  console.log(`\n## ${name}`)
  const corpora: (readonly Greeting[])[] = []
  for (const seed of seeds) corpora.push(await makeCorpus({ speakers, seed, counts: HUNDRED, speechThresholdMs }))
  const all = corpora.flat()
  for (const mode of MODES) {
    const judged = all.map((greeting) => judge(greeting, mode))
    printTable(mode, judged)
    const each = corpora.map((corpus) => percent(accuracyOf(corpus.map((greeting) => judge(greeting, mode)))))
    console.log(`\nright: ${percent(accuracyOf(judged))} (by seed ${each.join(', ')})`)
    console.log(`if every person were to be human: ${percent(judged.filter(isRightForEyes).length / judged.length)}`)
    console.log(`people, median / p90: ${timesOf(judged)}`)
  }
  console.log('\nEnable, by MachineDetectionSpeechEndThreshold')
  for (const speechEndThresholdMs of [1200, 1000, 800, 600]) {
    const judged = all.map((greeting) => judge(greeting, 'Enable', { speechEndThresholdMs }))
    console.log(`  ${speechEndThresholdMs} ms: ${percent(accuracyOf(judged))} right, people ${timesOf(judged)}`)
  }
  return all
}

/** CPU for each second that is listened to, the least of five rounds. */
function printCost(greetings: readonly Greeting[]): void {
  const what = { 'quiet lines': / none at /, 'noisy lines': / (white|pink|babble) at / }
  for (const [name, pattern] of Object.entries(what)) {
    const chosen = greetings.filter((greeting) => pattern.test(greeting.what))
    let least = Number.POSITIVE_INFINITY
    for (let round = 0; round < 5; round++) {
      const before = cpuMs()
      const heardMs = chosen.reduce((sum, greeting) => sum + judge(greeting, 'DetectMessageEnd').atMs, 0)
      least = Math.min(least, (cpuMs() - before) / (heardMs / 1000))
    }
    console.log(`CPU, ${name}: ${(least * 1000).toFixed(0)} µs a second`)
  }
}

const program = await findEspeak()
if (!program) throw new Error('espeak-ng is not installed')
const flite = createFlite()
const espeak = createEspeak({ ...program, languages: withSpeakers(program.languages, ESPEAK_SPEAKERS) })
try {
  await count('flite, on whose voices it was tuned', speakersOf(flite, FLITE_SPEAKERS))
  const unseen = await count('espeak-ng, whose voices it had not heard', speakersOf(espeak, ESPEAK_SPEAKERS))
  console.log()
  printCost(unseen)
} finally {
  await Promise.all([flite.close(), espeak.close()])
}
