import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createFlite } from '../../adapters/speech-flite/flite.ts'
import { DTMF_KEYS, renderKeys } from '../../wire/codec/dtmf.ts'
import { FRAME } from '../../wire/codec/energy.ts'
import { renderCadence } from '../../wire/codec/tone.ts'
import { TONE_COUNTRIES, tonesOf } from '../../wire/codec/tone-table.ts'
import { classifyFrame } from './frame-classifier.ts'
import { joined, overLine, SPEAKERS, speechOf, tone } from './test-line-audio.ts'
import { ToneTracker } from './tone-tracker.ts'

const { say, close } = speechOf(createFlite())
after(close)

interface Heard {
  readonly signal: string
  readonly atMs: number
}

function hear(clean: Int16Array): Heard[] {
  const samples = overLine(joined(clean, 200))
  const tracker = new ToneTracker()
  const heard: Heard[] = []
  for (let at = 0; at + FRAME <= samples.length; at += FRAME) {
    const signal = tracker.push(classifyFrame(Float64Array.from(samples.subarray(at, at + FRAME))))
    if (signal) heard.push({ signal, atMs: (at + FRAME) / 8 })
  }
  return heard
}

const signalsIn = (samples: Int16Array): string =>
  hear(samples)
    .map(({ signal }) => signal)
    .join(' ')

test('a beep is told within 100 ms of its end, at every frequency, length and beginning', () => {
  for (const hz of [400, 440, 660, 800, 1000, 1400, 1760, 2000])
    for (const lengthMs of [145, 150, 200, 333, 500, 800, 1200])
      for (const leadMs of [0, 7, 13]) {
        const heard = hear(joined(500 + leadMs, tone(`${hz}/${lengthMs}`)))
        assert.equal(heard.length, 1, `${hz} Hz for ${lengthMs} ms: ${JSON.stringify(heard)}`)
        const [{ signal, atMs }] = heard as [Heard]
        const expected = hz > 380 && hz < 480 && lengthMs > 900 ? 'ring' : 'beep'
        assert.equal(signal, expected, `${hz} Hz for ${lengthMs} ms`)
        const late = atMs - (500 + leadMs + lengthMs)
        assert.ok(late > 0 && late <= 100, `${hz} Hz for ${lengthMs} ms told ${late} ms after its end`)
      }
})

for (const [name, samples, signals] of [
  ['a tone of 100 ms', tone('1000/100'), ''],
  ['a tone that never ends', tone('1000/4000'), 'beep'],
  ['two beeps', joined(tone('1000/200'), 200, tone('1000/200')), 'beep beep'],
  ['a beep with 30 ms lost', joined(tone('1000/300'), 30, tone('1000/300')), 'beep'],
  ['a melody', tone('523/200 587/200 659/200 784/200'), ''],
  ['a melody with rests', joined(tone('523/150'), 80, tone('659/150')), 'beep beep'],
  ['a glide', tone('800/60 830/60 860/60 890/60 920/60 950/60'), ''],
  ['two notes together', tone('440+660/800'), ''],
  ['an arpeggio of chords', tone('440+554+659/300 494+587+740/300 523+659+784/300'), ''],
  ['a low hum', tone('200/1000'), ''],
  ['a shrill tone', tone('2700/1000'), ''],
  ['a calling fax', tone('1100/500 0/3000'), 'fax-calling'],
  ['a calling fax twice', tone('1100/500 0/3000 1100/500'), 'fax-calling fax-calling'],
  [
    'a calling fax at the edges of what is allowed',
    joined(tone('1062/430'), 500, tone('1138/570')),
    'fax-calling fax-calling',
  ],
  ['1100 Hz, too short for a fax', tone('1100/300'), 'beep'],
  ['1100 Hz, too long for a fax', tone('1100/800'), 'beep'],
  ['an answering fax', tone('2100/3000'), 'fax-answering'],
  ['2100 Hz, too short for a fax', tone('2100/300'), ''],
  ['special information', tone('950/330 1400/330 1800/330'), 'special-information'],
  ['special information, North American variant', tone('914/274 1371/274 1777/380'), 'special-information'],
  ['special information backwards', tone('1800/330 1400/330 950/330'), ''],
  ['North American busy', tone('480+620/500 0/500 480+620/500'), 'busy'],
  ['one burst of it', tone('480+620/500'), ''],
  ['European busy', tone('425/480 0/480 425/480'), 'beep busy'],
  ['a low beep and a long one', joined(tone('425/300'), 300, tone('425/850')), 'beep beep'],
  ['two low beeps of different height', joined(tone('425/300'), 300, tone('470/300')), 'beep beep'],
  ['two low beeps far apart', joined(tone('425/300'), 1000, tone('425/300')), 'beep beep'],
  ['ringback of one tone', tone('425/1000 0/1000 425/1000'), 'ring ring'],
  ['all keys', renderKeys(DTMF_KEYS), ''],
] as const)
  test(`${name}: ${signals || 'no signal'}`, () => assert.equal(signalsIn(samples), signals))

test('an answering modem turns its phase every 450 ms and is heard as a fax before', () => {
  const samples = tone('2100/2000').map((sample, at) => (Math.floor(at / 3600) % 2 ? -sample : sample))
  const [first, ...others] = hear(joined(300, samples))
  assert.deepEqual([first?.signal, others.length], ['fax-answering', 0])
  assert.ok(first!.atMs <= 300 + 460, `${first?.atMs}`)
})

// The tone of `us-old` swells and fades a hundred times a second: that is heard as a voice.
for (const country of TONE_COUNTRIES.filter((country) => country !== 'us-old'))
  test(`busy and congestion of ${country} are told before their third burst is over`, () => {
    for (const cadence of [tonesOf(country).busy, tonesOf(country).congestion]) {
      const turnMs = cadence[0].lengthMs + (cadence[1]?.lengthMs ?? 0)
      const busy = hear(joined(300, renderCadence(cadence, { lengthMs: 8000 }))).find(({ signal }) => signal === 'busy')
      assert.ok(busy && busy.atMs <= 300 + 3 * turnMs, `${JSON.stringify(cadence)}: ${busy?.atMs}`)
    }
  })

const SENTENCES = [
  'The quick brown fox jumps over the lazy dog.',
  'Who knew you two would do it too?',
  'Our moon is no balloon, as you soon will see.',
  'Please hold the line while we connect your call.',
  'I am away until Monday, the second of June.',
  'Zero one two three four five six seven eight nine.',
  'Oh! Well, hello there. How are you? Fine, thanks.',
  'Whenever we were young, we rowed along a lonely river.',
  'Leave your name, your number, and a message after the tone.',
  'Mmm hmm. Uh huh. Yeah. No, no, no. Oooh.',
  'Peter Piper picked a peck of pickled peppers.',
  'She sells sea shells by the sea shore, surely.',
  'Beep. Boop. Bleep. This is not a tone.',
  'Queue, cue, you, few, new, view, and me.',
  'We are all alone, on our own, at home, with the phone.',
  'Money, honey, sunny, funny, many men in a mine.',
]

test('speech has no signals', async () => {
  for (const speaker of SPEAKERS)
    for (const text of SENTENCES) assert.deepEqual(hear(await say(text, speaker)), [], `${speaker}: ${text}`)
})
