import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createFlite } from '../../adapters/speech-flite/flite.ts'
import { renderKeys } from '../../wire/codec/dtmf.ts'
import { seeded } from '../../wire/codec/test-dtmf-audio.ts'
import { type DetectionOptions, LOOK_AHEAD_MS, MachineDetector, type Verdict } from './machine-detector.ts'
import { joined, overLine, SPEAKERS, type Speaker, soundOf, speechOf, tone } from './test-line-audio.ts'

const { say, close } = speechOf(createFlite())
after(close)

/** As the reference has them. */
const DEFAULTS = { timeoutMs: 30_000, speechThresholdMs: 2400, speechEndThresholdMs: 1200, silenceTimeoutMs: 5000 }
const MODES = ['Enable', 'DetectMessageEnd'] as const
const WITHIN_MS = 100
const BEGIN_MS = 400

interface Heard {
  readonly answeredBy: string
  readonly atMs: number
}

const SILENT_LINE = overLine(new Int16Array(62_000 * 8))

/** Over a line, which goes on in silence. */
const detect = (clean: Int16Array, options: Partial<DetectionOptions> & Pick<DetectionOptions, 'mode'>): Heard =>
  detectIn([overLine(clean)], options)

function detectIn(
  lines: readonly Int16Array[],
  options: Partial<DetectionOptions> & Pick<DetectionOptions, 'mode'>,
): Heard {
  const detector = new MachineDetector({ ...DEFAULTS, ...options })
  let verdict: Verdict | null = null
  for (const samples of [...lines, SILENT_LINE]) verdict ??= detector.push(samples)
  assert.ok(verdict, 'no verdict in a minute')
  return { answeredBy: verdict.answeredBy, atMs: verdict.atSample / 8 }
}

function expect(heard: Heard, answeredBy: string, atMs: number, what = ''): void {
  assert.equal(heard.answeredBy, answeredBy, `${what} at ${heard.atMs} ms`)
  assert.ok(Math.abs(heard.atMs - atMs) <= WITHIN_MS, `${what} ${answeredBy} at ${heard.atMs} ms, not ${atMs}`)
}

/** Without what the synthesizer leaves silent before and after it. */
async function words(text: string, speaker: Speaker): Promise<Int16Array> {
  const samples = await say(text, speaker)
  const { fromMs, toMs } = soundOf(samples)
  return samples.subarray(fromMs * 8, toMs * 8)
}

const called = async (text: string, speaker: Speaker): Promise<Int16Array> =>
  joined(BEGIN_MS, await words(text, speaker))

const ADA = 'Hello, this is Ada Lovelace speaking.'

for (const speaker of SPEAKERS)
  for (const mode of MODES) {
    for (const text of ['Hello?', 'Hi, good morning.', 'Yes, who is it?', 'Speaking.'])
      test(`${mode}: ${speaker} says "${text}" and is human`, async () => {
        const speech = await called(text, speaker)
        expect(detect(speech, { mode }), 'human', soundOf(speech).toMs + DEFAULTS.speechEndThresholdMs)
      })

    test(`${mode}: ${speaker} says a whole sentence and is human as long as it is below the threshold`, async () => {
      const speech = await called(ADA, speaker)
      const { fromMs, toMs } = soundOf(speech)
      // The male voice takes its time: two and a half seconds.
      const speechThresholdMs = speaker === 'male' ? 2700 : DEFAULTS.speechThresholdMs
      expect(detect(speech, { mode, speechThresholdMs }), 'human', toMs + DEFAULTS.speechEndThresholdMs)
      const above = Math.floor(toMs - fromMs) - WITHIN_MS
      assert.notEqual(detect(speech, { mode, speechThresholdMs: above }).answeredBy, 'human')
    })
  }

const GREETINGS = [
  "Hi, you've reached Bob and Alice. We are not at home. Leave a message after the beep.",
  'You have reached the voicemail of Ada Lovelace. I cannot come to the phone right now. Please leave your name and number after the tone, and I will call you back.',
  'Thank you for calling the moon cheese company. Our offices are closed. Our opening hours are Monday to Friday, nine to five. Please leave a message, or try again tomorrow.',
]

for (const speaker of SPEAKERS)
  for (const [index, text] of GREETINGS.entries()) {
    const greeting = called(text, speaker)

    test(`greeting ${index + 1} of ${speaker}: a machine when its speech reaches the threshold`, async () => {
      const { fromMs, toMs, reachesMs } = soundOf(await greeting)
      assert.ok(toMs - fromMs > 4000 && toMs - fromMs < 15_000, `${toMs - fromMs} ms`)
      for (const speechThresholdMs of [1000, 2400, 3700]) {
        const heard = detect(await greeting, { mode: 'Enable', speechThresholdMs })
        expect(heard, 'machine_start', reachesMs(speechThresholdMs)!, `${speechThresholdMs}:`)
      }
    })

    test(`greeting ${index + 1} of ${speaker}: its end is a beep, when it is over`, async () => {
      const line = overLine(await greeting)
      for (const hz of [440, 800, 1000, 1400])
        for (const lengthMs of [150, 300, 500, 800])
          for (const pauseMs of [0, 250, 1100, 1550]) {
            const beep = overLine(joined(pauseMs, tone(`${hz}/${lengthMs}`, { levelDbfs: -18 })))
            const what = `${hz} Hz for ${lengthMs} ms after ${pauseMs} ms:`
            const heard = detectIn([line, beep], { mode: 'DetectMessageEnd' })
            expect(heard, 'machine_end_beep', (line.length + beep.length) / 8, what)
          }
    })

    test(`greeting ${index + 1} of ${speaker}: its end is silence, told when no beep followed`, async () => {
      const { toMs } = soundOf(await greeting)
      for (const speechEndThresholdMs of [800, 1200, 4000]) {
        const heard = detect(await greeting, { mode: 'DetectMessageEnd', speechEndThresholdMs })
        expect(heard, 'machine_end_silence', toMs + speechEndThresholdMs + LOOK_AHEAD_MS)
      }
    })

    test(`greeting ${index + 1} of ${speaker}: told at the timeout when it never ends`, async () => {
      const again = new Array<Int16Array>(14).fill(overLine(await greeting))
      for (const timeoutMs of [10_000, 30_000, 59_000])
        expect(detectIn(again, { mode: 'DetectMessageEnd', timeoutMs }), 'machine_end_other', timeoutMs)
    })
  }

for (const mode of MODES) {
  test(`${mode}: silence is unknown at the silence timeout, or at the timeout before it`, () => {
    const silence = new Int16Array(0)
    for (const silenceTimeoutMs of [2000, 5000, 10_000])
      expect(detect(silence, { mode, silenceTimeoutMs }), 'unknown', silenceTimeoutMs)
    expect(detect(silence, { mode, timeoutMs: 3000 }), 'unknown', 3000)
    assert.deepEqual(new MachineDetector({ mode, ...DEFAULTS }).push(new Int16Array(39_999)), null)
    const verdict = new MachineDetector({ mode, ...DEFAULTS }).push(new Int16Array(48_000))
    assert.deepEqual(verdict, { answeredBy: 'unknown', atSample: 40_000 })
  })

  test(`${mode}: whoever still speaks below the threshold at the timeout is unknown`, async () => {
    const heard = detect(await called(GREETINGS[1]!, 'female'), { mode, timeoutMs: 3000, speechThresholdMs: 6000 })
    expect(heard, 'unknown', 3000)
  })

  for (const [name, samples, atMs] of [
    ['a calling fax', tone('1100/500 0/3000'), 500],
    ['an answering fax', tone('2100/3000'), 400],
    ['an answering fax after a beep', joined(tone('800/200'), 300, tone('2100/3000')), 900],
  ] as const)
    test(`${mode}: ${name} is a fax`, () => expect(detect(joined(1000, samples), { mode }), 'fax', 1000 + atMs))

  test(`${mode}: clicks are not speech`, () => {
    const click = new Int16Array(80).fill(20_000)
    const clicks = joined(500, click, 600, click, 900, click, 2000, click)
    expect(detect(clicks, { mode }), 'unknown', DEFAULTS.silenceTimeoutMs)
  })

  test(`${mode}: a telephone that rings on after the answer is nobody, until somebody speaks`, async () => {
    const ringing = tone('425/1000 0/3000', { lengthMs: 20_000 })
    expect(detect(ringing, { mode }), 'unknown', DEFAULTS.silenceTimeoutMs)
    const picked = joined(ringing.subarray(0, 8 * 4000), await say('Hello?', 'female'))
    expect(detect(picked, { mode }), 'human', soundOf(picked).toMs + DEFAULTS.speechEndThresholdMs)
  })

  test(`${mode}: a person who answers with a headset's beep is human`, async () => {
    const answered = joined(300, tone('440/200'), 400, await say('Hi, good morning.', 'male'))
    expect(detect(answered, { mode }), 'human', soundOf(answered).toMs + DEFAULTS.speechEndThresholdMs)
  })
}

for (const [name, samples, early, end] of [
  ['a beep and nothing else', tone('1000/400'), ['machine_start', 1600], ['machine_end_beep', 1600]],
  ['busy', tone('480+620/500 0/500', { lengthMs: 20_000 }), ['machine_start', 1500], ['machine_end_other', 1500]],
  ['busy in Europe', tone('425/480 0/480', { lengthMs: 20_000 }), ['machine_start', 1440], ['machine_end_other', 1440]],
  ['no way through', tone('425/240 0/240', { lengthMs: 20_000 }), ['machine_start', 720], ['machine_end_other', 720]],
  ['special information', tone('950/330 1400/330 1800/330'), ['machine_start', 860], ['machine_end_silence', 2590]],
] as const)
  test(`${name}: no person`, () => {
    expect(detect(joined(500, samples), { mode: 'Enable' }), early[0], 500 + early[1])
    expect(detect(joined(500, samples), { mode: 'DetectMessageEnd' }), end[0], 500 + end[1])
  })

test('special information and an announcement end with the announcement', async () => {
  const announced = joined(500, tone('950/330 1400/330 1800/330'), await say(GREETINGS[0]!, 'female'))
  const { toMs } = soundOf(announced)
  expect(
    detect(announced, { mode: 'DetectMessageEnd' }),
    'machine_end_silence',
    toMs + DEFAULTS.speechEndThresholdMs + LOOK_AHEAD_MS,
  )
})

/** Behind the whole call. */
const inNoise = (clean: Int16Array, noiseDbfs: number): Int16Array => overLine(joined(clean, 62_000), noiseDbfs)

for (const mode of MODES)
  for (const noiseDbfs of [-40, -34, -28]) {
    const options = { ...DEFAULTS, mode }

    test(`${mode}: noise at ${noiseDbfs} dBFS and nobody is unknown`, () => {
      const verdict = new MachineDetector(options).push(inNoise(new Int16Array(0), noiseDbfs))
      assert.deepEqual(verdict, { answeredBy: 'unknown', atSample: DEFAULTS.silenceTimeoutMs * 8 })
    })

    test(`${mode}: a person is human in front of noise at ${noiseDbfs} dBFS, after silence of the end threshold`, async () => {
      for (const text of ['Hello?', 'Hi, good morning.']) {
        const speech = await called(text, 'male')
        const verdict = new MachineDetector(options).push(inNoise(speech, noiseDbfs))
        assert.equal(verdict?.answeredBy, 'human', text)
        // What is softer than the noise at the end of a word is not heard.
        const early = soundOf(speech).toMs + DEFAULTS.speechEndThresholdMs - verdict.atSample / 8
        assert.ok(early >= -WITHIN_MS && early <= 3 * WITHIN_MS, `${text}: ${early} ms early`)
      }
    })

    test(`${mode}: a machine is one in front of noise at ${noiseDbfs} dBFS`, async () => {
      for (const [index, text] of GREETINGS.entries()) {
        const verdict = new MachineDetector(options).push(inNoise(await called(text, 'male'), noiseDbfs))
        const machine = mode === 'Enable' ? 'machine_start' : 'machine_end_silence'
        assert.equal(verdict?.answeredBy, machine, `greeting ${index + 1}`)
      }
    })
  }

test('a short greeting with a beep is a machine in spite of its length', async () => {
  const short = joined(await called('Leave a message.', 'female'), 300, tone('1000/300'))
  for (const [mode, answeredBy] of [
    ['Enable', 'machine_start'],
    ['DetectMessageEnd', 'machine_end_beep'],
  ] as const)
    expect(detect(short, { mode }), answeredBy, short.length / 8)
})

for (const [name, samples] of [
  ['a key', renderKeys('5')],
  ['a chord', tone('440+554+659/400')],
  ['two notes', tone('440+880/300')],
  ['a melody', tone('523/200 587/200 659/200')],
  ['a tone of 100 ms', tone('1000/100')],
  ['a low hum', tone('200/500')],
] as const)
  test(`${name} in or after a greeting is no beep`, async () => {
    const greeting = await called(GREETINGS[0]!, 'male')
    const ended = joined(greeting, 300, samples)
    const silent = soundOf(ended).toMs + DEFAULTS.speechEndThresholdMs + LOOK_AHEAD_MS
    expect(detect(ended, { mode: 'DetectMessageEnd' }), 'machine_end_silence', silent)
  })

test('a greeting that goes on after a long pause has not ended', async () => {
  const pausing = joined(await called(GREETINGS[0]!, 'female'), 1000, await words('One more thing.', 'female'))
  const heard = detect(pausing, { mode: 'DetectMessageEnd', speechEndThresholdMs: 800 })
  expect(heard, 'machine_end_silence', soundOf(pausing).toMs + 800 + LOOK_AHEAD_MS)
})

test('the verdict and its sample do not depend on how the audio is cut, and come once', async () => {
  const greeting = await called(GREETINGS[0]!, 'female')
  for (const samples of [
    joined(greeting, 300, tone('1000/300'), 3000),
    joined(greeting, 3000),
    joined(await called('Hello?', 'male'), 2000),
    joined(433, tone('1100/500'), 1000),
  ]) {
    const line = overLine(samples)
    const random = seeded(5)
    const all: Verdict[][] = []
    for (const cut of [() => line.length, () => 1, () => 160, () => 161, () => 1 + Math.floor(random() * 900)]) {
      const detector = new MachineDetector({ ...DEFAULTS, mode: 'DetectMessageEnd' })
      const told: Verdict[] = []
      for (let from = 0; from < line.length; ) {
        const to = Math.min(line.length, from + cut())
        const verdict = detector.push(line, from, to)
        if (verdict) {
          assert.ok(verdict.atSample > from - 160 && verdict.atSample <= to)
          told.push(verdict)
        }
        from = to
      }
      all.push(told)
    }
    for (const told of all) assert.deepEqual(told, all[0])
    assert.equal(all[0]!.length, 1)
    assert.equal(all[0]![0]!.atSample % 160, 0)
  }
})
