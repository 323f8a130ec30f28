import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HeardSpan } from '../../journal/entry.ts'
import type { Instant } from '../../lib/ids.ts'
import { VirtualClock } from '../../lib/virtual-clock.ts'
import type { Collect, Program, ProgramEnd, Prompt } from '../ports/leg-media.ts'
import type { LegEvents } from '../ports/media-engine.ts'
import { LegAudio } from './leg-audio.ts'
import { aSound, memoryFiles } from './test-sounds.ts'
import { timedVoiceMs } from './timed-voice.ts'

const START = 1_000_000

interface Run {
  readonly media: LegAudio
  readonly clock: VirtualClock
  readonly stop: AbortController
  readonly spans: { readonly startedAtMs: number; readonly span: HeardSpan }[]
  /** The end, with `at` as milliseconds since the beginning; null while the program runs. */
  readonly end: () => (Omit<ProgramEnd, 'at'> & { readonly atMs: number }) | null
}

type Ear = Partial<LegEvents>

function aMedia(ear: Ear = {}) {
  const clock = new VirtualClock({ startAt: START as Instant, settleMs: 0, mode: 'held' })
  const spans: Run['spans'] = []
  const files = memoryFiles()
  const events: LegEvents = {
    spanStarted() {},
    keyHeard() {},
    recordingBegan() {},
    lost() {},
    ...ear,
    spanEnded: (span, startedAt) => {
      spans.push({ startedAtMs: startedAt - START, span })
      ear.spanEnded?.(span, startedAt)
    },
  }
  return { clock, spans, files, media: new LegAudio({ clock, files, events }) }
}

type Played = Prompt | { readonly prompt: Prompt; readonly times: number }

/** A program in which a bare prompt is played once. */
const program = ({ play, ...rest }: Omit<Program, 'play'> & { readonly play: readonly Played[] }): Program => ({
  ...rest,
  play: play.map((played) => ('prompt' in played ? played : { prompt: played, times: 1 })),
})

function running(asked: Parameters<typeof program>[0], ear?: Ear): Run {
  const { clock, spans, media } = aMedia(ear)
  const stop = new AbortController()
  let end: ReturnType<Run['end']> = null
  void media.run(program(asked), stop.signal).then(({ at, ...rest }) => {
    end = { ...rest, atMs: at - START }
  })
  return { media, clock, stop, spans, end: () => end }
}

const say = (text: string): Prompt => ({ kind: 'say', verb: 'Say', text, sound: aSound(timedVoiceMs(text)) })
const play = (lengthMs: number): Prompt => ({
  kind: 'play',
  verb: 'Play',
  url: 'http://app.test/a.wav',
  sound: aSound(lengthMs),
})
const silence = (lengthMs: number): Prompt => ({ kind: 'silence', lengthMs })
const tone = (lengthMs: number): Prompt => ({ kind: 'tone', verb: 'Play', text: '12', sound: aSound(lengthMs) })
const collect = (more: Partial<Collect> = {}): Collect => ({
  numDigits: null,
  finishOnKey: '#',
  timeoutMs: 5000,
  ...more,
})
const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

for (const [what, prompt, lengthMs] of [
  ['words of ten characters', say('abcdefghij'), 600],
  ['a short word', say('no'), 300],
  ['nothing said', say(''), 300],
  ['an emoji, as one character of six', say('👋hello'), 360],
  ['a file', play(1234), 1234],
  ['keys', tone(400), 400],
  ['silence', silence(2000), 2000],
  ['an empty file', play(0), 0],
  ['no silence', silence(0), 0],
] as const) {
  test(`${what} lasts ${lengthMs} ms`, async () => {
    const { clock, end } = running({ play: [prompt] })
    await clock.advance(lengthMs - 1)
    if (lengthMs > 0) assert.equal(end(), null)
    await clock.advance(lengthMs === 0 ? 0 : 1)
    await settled()
    assert.deepEqual(end(), { outcome: 'played', digits: '', finishedOnKey: '', atMs: lengthMs, recorded: null })
  })
}

test('prompts play one after the other, and every span but silence is told when it ends', async () => {
  const { clock, spans, end } = running({ play: [say('Hello there'), silence(1000), play(500), tone(400)] })
  await clock.advance(700)
  assert.equal(spans.length, 1)
  await clock.advance(10_000)
  assert.equal(end()?.atMs, 660 + 1000 + 500 + 400)
  assert.deepEqual(spans, [
    {
      startedAtMs: 0,
      span: {
        verb: 'Say',
        kind: 'say',
        text: 'Hello there',
        lengthMs: 660,
        sound: 'sound-660-128',
        playedMs: 660,
        cut: false,
      },
    },
    {
      startedAtMs: 1660,
      span: {
        verb: 'Play',
        kind: 'play',
        url: 'http://app.test/a.wav',
        lengthMs: 500,
        sound: 'sound-500-128',
        playedMs: 500,
        cut: false,
      },
    },
    {
      startedAtMs: 2160,
      span: {
        verb: 'Play',
        kind: 'tone',
        text: '12',
        lengthMs: 400,
        sound: 'sound-400-128',
        playedMs: 400,
        cut: false,
      },
    },
  ])
})

test('a prompt is played as often as asked', async () => {
  const { clock, spans, end } = running({ play: [{ prompt: play(1000), times: 3 }, say('Hello')] })
  await clock.advance(60_000)
  assert.equal(end()?.atMs, 3300)
  assert.deepEqual(
    spans.map(({ startedAtMs, span }) => [startedAtMs, span.text ?? span.url]),
    [
      [0, 'http://app.test/a.wav'],
      [1000, 'http://app.test/a.wav'],
      [2000, 'http://app.test/a.wav'],
      [3000, 'Hello'],
    ],
  )
})

test('nothing, played a thousand times, is played once', async () => {
  const { clock, end, spans } = running({ play: [{ prompt: play(0), times: 1000 }] })
  await clock.advance(0)
  await settled()
  assert.equal(end()?.atMs, 0)
  assert.equal(spans.length, 1)
})

test('a program of a hundred thousand prompts ends there', async () => {
  const { clock, spans, end } = running({ play: [{ prompt: play(1), times: 200_000 }] })
  await clock.advance(1_000_000)
  assert.equal(end()?.atMs, 100_000)
  assert.equal(spans.length, 100_000)
})

test('a stop cuts the span at that millisecond', async () => {
  const { clock, stop, spans, end } = running({ play: [say('abcdefghij'), play(1000)] })
  await clock.advance(250)
  stop.abort()
  await settled()
  assert.deepEqual(end(), { outcome: 'stopped', digits: '', finishedOnKey: '', atMs: 250, recorded: null })
  assert.deepEqual(
    spans.map(({ span }) => [span.playedMs, span.cut]),
    [[250, true]],
  )
})

test('a program that is stopped before it begins plays nothing', async () => {
  const { media, spans } = aMedia()
  const end = await media.run(program({ play: [say('Hello')] }), AbortSignal.abort())
  assert.equal(end.outcome, 'stopped')
  assert.deepEqual(spans, [])
})

test('a party that hangs up ends the program, and later ones at once', async () => {
  const { media, clock, spans, end } = running({ play: [say('abcdefghij')], collect: collect() })
  await clock.advance(120)
  media.gone()
  media.gone()
  await settled()
  assert.deepEqual(end(), { outcome: 'gone', digits: '', finishedOnKey: '', atMs: 120, recorded: null })
  assert.deepEqual(
    spans.map(({ span }) => [span.playedMs, span.cut]),
    [[120, true]],
  )
  const later = await media.run(program({ play: [say('Hello')] }), new AbortController().signal)
  assert.equal(later.outcome, 'gone')
  assert.equal(spans.length, 1)
})

/** Keys by the millisecond they are pressed at; the program has 600 ms of words before it listens alone. */
for (const [name, asked, keys, expected] of [
  [
    'no key: the timeout starts when the prompts are over',
    {},
    [],
    { outcome: 'played', digits: '', finishedOnKey: '', atMs: 5600, recorded: null },
  ],
  [
    'a key and nothing more: the timeout starts again at the key',
    {},
    [[1000, '4']],
    { outcome: 'collected', digits: '4', finishedOnKey: '', atMs: 6000, recorded: null },
  ],
  [
    'a key during the prompts: the rest is cut, the timeout starts at the key',
    {},
    [[100, '4']],
    { outcome: 'collected', digits: '4', finishedOnKey: '', atMs: 5100, recorded: null },
  ],
  [
    'as many keys as asked for',
    { numDigits: 2 },
    [
      [700, '4'],
      [900, '2'],
    ],
    { outcome: 'collected', digits: '42', finishedOnKey: '', atMs: 900, recorded: null },
  ],
  [
    'one key during the prompts, when one was asked for',
    { numDigits: 1 },
    [[120, '9']],
    { outcome: 'collected', digits: '9', finishedOnKey: '', atMs: 120, recorded: null },
  ],
  [
    'the finishing key after others',
    {},
    [
      [700, '1'],
      [800, '2'],
      [900, '#'],
    ],
    { outcome: 'collected', digits: '12', finishedOnKey: '#', atMs: 900, recorded: null },
  ],
  [
    'the finishing key alone',
    {},
    [[700, '#']],
    { outcome: 'played', digits: '', finishedOnKey: '#', atMs: 700, recorded: null },
  ],
  [
    'the finishing key alone during the prompts',
    {},
    [[100, '#']],
    { outcome: 'played', digits: '', finishedOnKey: '#', atMs: 100, recorded: null },
  ],
  [
    'no finishing key: # is a key like others',
    { finishOnKey: '' },
    [[700, '#']],
    { outcome: 'collected', digits: '#', finishedOnKey: '', atMs: 5700, recorded: null },
  ],
  [
    'the keys A to D: not collected',
    {},
    [[100, 'A']],
    { outcome: 'played', digits: '', finishedOnKey: '', atMs: 5600, recorded: null },
  ],
] as const) {
  test(`collecting, ${name}`, async () => {
    const { clock, media, end } = running({ play: [say('abcdefghij')], collect: collect(asked) })
    for (const [atMs, key] of keys) clock.after(atMs, () => media.press(key))
    await clock.advance(20_000)
    assert.deepEqual(end(), expected)
  })
}

test('a key cuts the prompt it comes in and everything after it', async () => {
  const { clock, media, spans } = running({
    play: [say('abcdefghij'), say('klmnopqrst'), play(9000)],
    collect: collect({ numDigits: 4 }),
  })
  clock.after(700, () => media.press('1'))
  await clock.advance(2000)
  assert.deepEqual(
    spans.map(({ span }) => [span.text, span.playedMs, span.cut]),
    [
      ['abcdefghij', 600, false],
      ['klmnopqrst', 100, true],
    ],
  )
})

test('a key at the very end of a span leaves it whole', async () => {
  const { clock, spans, media } = aMedia({
    spanStarted: () => void clock.after(600, () => media.press('1')),
    spanEnded() {},
  })
  void media.run(program({ play: [say('abcdefghij')], collect: collect() }), new AbortController().signal)
  await clock.advance(600)
  assert.deepEqual(
    spans.map(({ span }) => [span.playedMs, span.cut]),
    [[600, false]],
  )
})

test('keys do nothing while none are collected', async () => {
  const { clock, media, end } = running({ play: [play(1000)] })
  clock.after(100, () => media.press('1'))
  await clock.advance(1000)
  await settled()
  assert.deepEqual(end(), { outcome: 'played', digits: '', finishedOnKey: '', atMs: 1000, recorded: null })
})

test('an ear is told of each span as it starts and as it ends', async () => {
  const told: unknown[] = []
  const ear: Ear = {
    spanStarted: (span) => told.push(span),
    spanEnded: ({ playedMs, cut }) => told.push([playedMs, cut]),
  }
  const { clock, stop } = running({ play: [say('Hello'), silence(100), play(1000)] }, ear)
  await clock.advance(900)
  stop.abort()
  assert.deepEqual(told, [
    { verb: 'Say', kind: 'say', text: 'Hello', lengthMs: 300, sound: 'sound-300-128' },
    [300, false],
    { verb: 'Play', kind: 'play', url: 'http://app.test/a.wav', lengthMs: 1000, sound: 'sound-1000-128' },
    [500, true],
  ])
})

test('whoever hears a span begin may hang up in the same moment', async () => {
  const { clock, spans, media } = aMedia({ spanStarted: () => media.gone(), spanEnded() {} })
  const end = await media.run(program({ play: [say('Hello'), say('you')] }), new AbortController().signal)
  assert.equal(end.outcome, 'gone')
  assert.deepEqual(
    spans.map(({ span }) => [span.text, span.playedMs]),
    [['Hello', 0]],
  )
  assert.equal(clock.pending, 0)
})

test('the span of the moment is shown as far as it has got', async () => {
  const { clock, media } = running({ play: [silence(500), say('abcdefghij')], collect: collect() })
  assert.equal(media.hearing(), null)
  await clock.advance(620)
  assert.deepEqual(media.hearing(), {
    span: {
      verb: 'Say',
      kind: 'say',
      text: 'abcdefghij',
      lengthMs: 600,
      sound: 'sound-600-128',
      playedMs: 120,
      cut: false,
    },
    startedAt: START + 500,
  })
  await clock.advance(1000)
  assert.equal(media.hearing(), null)
})
