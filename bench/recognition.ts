/**
 * How much pocketsphinx understands: voices of flite and espeak-ng say yes, no and strings of digits through the telephone's
 * 8 kHz µ-law, at several levels and with noise. And what an utterance costs. Synthetic voices are no people: read the
 * figures as what kinds of sound are hard, not as what your callers will get.
 *
 *     node bench/recognition.ts
 */
import { findPocketsphinx } from '../src/adapters/recognition-pocketsphinx/find-pocketsphinx.ts'
import { createPocketsphinx } from '../src/adapters/recognition-pocketsphinx/recognition-pocketsphinx.ts'
import { loadSpeex } from '../src/adapters/sound-files/resampler.ts'
import { TelephoneSound } from '../src/adapters/sound-files/telephone-sound.ts'
import { createEspeak } from '../src/adapters/speech-espeak/espeak.ts'
import { findEspeak } from '../src/adapters/speech-espeak/find-espeak.ts'
import { createFlite } from '../src/adapters/speech-flite/flite.ts'
import type { SpeechSynthesizer } from '../src/engine/ports/speech.ts'
import { assert } from '../src/lib/assert.ts'
import { SETTINGS } from '../src/main/settings.ts'
import { levelDbfs } from '../src/wire/codec/energy.ts'
import { fromUlaw, toUlaw } from '../src/wire/codec/g711.ts'

const STRINGS = 20
const RATES = [0.9, 1, 1.15]
/** Around the words, as a Gather hears them. */
const BEFORE_MS = 500
const AFTER_MS = 800
const LINES = [
  { name: 'clean, -20 dBFS', levelDb: -20, noiseDb: -75 },
  { name: 'clean, -35 dBFS', levelDb: -35, noiseDb: -75 },
  { name: 'noise 20 dB below', levelDb: -20, noiseDb: -40 },
  { name: 'noise 10 dB below', levelDb: -20, noiseDb: -30 },
] as const
const DIGITS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine']
const YES_OR_NO = ['yes', 'no', 'yes', 'no', 'yes', 'no']
const SOMETHING_ELSE = ['can you repeat that', 'thank you very much', 'what is the weather today', 'hello']

const random = seeded(20_110)
const strings = Array.from({ length: STRINGS }, (_, index) =>
  Array.from({ length: 1 + (index % 4) }, () => DIGITS[Math.floor(random() * 10)]!).join(' '),
)
const TASKS = [
  { name: 'yes or no, as hints', texts: YES_OR_NO, hints: ['yes', 'no'] },
  { name: 'yes or no, without hints', texts: YES_OR_NO, hints: [] },
  { name: '1 to 4 digits, the whole string', texts: strings, hints: [] },
  { name: 'something else, taken for nothing', texts: SOMETHING_ELSE, hints: [] },
] as const

function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

async function speakers(): Promise<readonly (readonly [string, SpeechSynthesizer])[]> {
  const espeak = await findEspeak()
  assert(espeak, 'espeak-ng is installed')
  return [
    ['flite', createFlite()],
    ['espeak-ng', createEspeak(espeak)],
  ]
}

/** Words as they arrive: at this level, with white noise. */
function heard(spoken: Int16Array, { levelDb, noiseDb }: (typeof LINES)[number]): Uint8Array {
  const gain = 10 ** ((levelDb - levelDbfs(spoken)) / 20)
  const noise = 32_767 * Math.SQRT1_2 * 10 ** (noiseDb / 20) * Math.sqrt(3)
  const line = new Int16Array(spoken.length + (BEFORE_MS + AFTER_MS) * 8)
  for (let at = 0; at < line.length; at++) {
    const word = (spoken[at - BEFORE_MS * 8] ?? 0) * gain
    line[at] = Math.max(-32_768, Math.min(32_767, Math.round(word + (random() * 2 - 1) * noise)))
  }
  return toUlaw(line)
}

const wanted = (text: string, task: string): string => {
  if (task.startsWith('something')) return ''
  const figures = text.split(' ').map((word) => DIGITS.indexOf(word))
  return figures.includes(-1) ? text : figures.join('')
}

const speex = await loadSpeex()
const program = await findPocketsphinx(
  SETTINGS.recognitionPocketsphinxPath.fallback,
  SETTINGS.recognitionPocketsphinxModel.fallback,
)
const recognizer = createPocketsphinx(program, { atOnce: 2 })
const all = await speakers()
const right = new Map<string, number[]>()
const note = (row: string, column: string, isRight: boolean) => {
  const outcomes = right.get(`${row}|${column}`) ?? []
  right.set(`${row}|${column}`, [...outcomes, isRight ? 1 : 0])
}
let utterances = 0
let heardSec = 0
const startedAt = performance.now()
for (const [name, synthesizer] of all)
  for (const gender of ['female', 'male'] as const)
    for (const task of TASKS)
      for (const [index, text] of task.texts.entries()) {
        const voice = { name: gender, gender, language: 'en-US' }
        const pcm = await synthesizer.synthesize({ text, voice, rate: RATES[index % RATES.length]!, pitch: 1 })
        const telephone = new TelephoneSound(speex)
        telephone.push(
          Float32Array.from(pcm.samples, (sample) => sample / 32_768),
          pcm.sampleRate,
        )
        const spoken = fromUlaw(telephone.end())
        await Promise.all(
          LINES.map(async (line) => {
            const ulaw = heard(spoken, line)
            utterances += 1
            heardSec += ulaw.length / 8000
            const result = await recognizer.recognize({ ulaw, language: 'en-US', hints: task.hints, isAnswer: true })
            const isRight = result.text === wanted(text, task.name)
            note(line.name, task.name, isRight)
            if (line.noiseDb < -60) note(`${name}, ${gender}, clean`, task.name, isRight)
          }),
        )
      }
const wallMs = performance.now() - startedAt

const rows = [...new Set([...right.keys()].map((key) => key.split('|')[0]!))].sort(
  (a, b) => Number(a.includes(',') && a.includes('male')) - Number(b.includes(',') && b.includes('male')),
)
console.log(`| | ${TASKS.map(({ name }) => name).join(' | ')} |`)
console.log(`|---|${'---|'.repeat(TASKS.length)}`)
for (const row of rows) {
  const cells = TASKS.map(({ name }) => {
    const outcomes = right.get(`${row}|${name}`) ?? []
    return `${Math.round((100 * outcomes.reduce((sum, one) => sum + one, 0)) / outcomes.length)} %`
  })
  console.log(`| ${row} | ${cells.join(' | ')} |`)
}
console.log(
  `\n${utterances} utterances, ${heardSec.toFixed(0)} s of sound, in ${(wallMs / 1000).toFixed(0)} s, two at once: ${(wallMs / utterances).toFixed(0)} ms each`,
)
await recognizer.close()
for (const [, synthesizer] of all) await synthesizer.close()
