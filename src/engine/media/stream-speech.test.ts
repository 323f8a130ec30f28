/** What the party hears of an app, what the app is told of that, and what the ledger says: the three must agree. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ULAW_SILENCE } from '../../wire/codec/g711.ts'
import { toSample } from './media-time.ts'
import { Outbound } from './outbound.ts'
import { StreamSpeech } from './stream-speech.ts'
import { START } from './test-legs.ts'
import { aClock } from './test-streams.ts'

const CODE = 0x21

function aSpeech() {
  const clock = aClock()
  const outbound = new Outbound()
  const now = () => clock.now() - START
  /** Marks with the moment they came back; spans as `from text played/length`. */
  const echoed: string[] = []
  const spans: string[] = []
  let begun = 0
  const speech = new StreamSpeech({
    clock,
    outbound,
    ear: {
      spanStarted: () => void begun++,
      spanEnded: ({ text, playedMs, lengthMs, cut }, at) =>
        void spans.push(`${at - START} ${text ?? '-'} ${playedMs}/${lengthMs}${cut ? ' cut' : ''}`),
    },
    echo: (mark) => void echoed.push(`${now()} ${mark}`),
  })
  /** Milliseconds of a stretch of media time in which the party hears sound. */
  const soundingMs = (fromMs: number, toMs: number): number => {
    const into = new Uint8Array((toMs - fromMs) * 8)
    outbound.track.read(toSample((START + fromMs) as never), into)
    return into.filter((code) => code !== ULAW_SILENCE).length / 8
  }
  return {
    speech,
    echoed,
    spans,
    soundingMs,
    say: (ms: number) => speech.say(new Uint8Array(ms * 8).fill(CODE)),
    pass: (ms: number) => clock.advance(ms),
    begun: () => begun,
  }
}

test('a mark comes back when the last sample before it was played, not before', async () => {
  const { speech, say, pass, echoed, spans } = aSpeech()
  say(100)
  speech.mark('one')
  say(50)
  say(30)
  speech.mark('two')
  speech.mark('two again')
  await pass(99)
  assert.deepEqual(echoed, [])
  await pass(81)
  assert.deepEqual(echoed, ['100 one', '180 two', '180 two again'])
  assert.deepEqual(spans, ['0 one 100/100', '100 two 80/80'])
  speech.mark('nothing waits')
  assert.deepEqual(echoed.slice(3), ['180 nothing waits'])
})

test('a mark after the sound is over comes back at once and ends its entry', async () => {
  const { speech, say, pass, echoed, spans } = aSpeech()
  say(100)
  await pass(150)
  assert.deepEqual(spans, [])
  speech.mark('late')
  assert.deepEqual([echoed, spans], [['150 late'], ['0 late 100/100']])
})

test('clear: what was heard is told to the millisecond, marks come back at once, nothing sounds any more', async () => {
  const { speech, say, pass, echoed, spans, soundingMs } = aSpeech()
  say(1000)
  speech.mark('first')
  say(1000)
  speech.mark('second')
  say(1000)
  speech.mark('third')
  await pass(1234)
  speech.clear()
  assert.deepEqual(echoed, ['1000 first', '1234 second', '1234 third'])
  assert.deepEqual(spans, ['0 first 1000/1000', '1000 second 234/1000 cut'])
  assert.equal(soundingMs(1234, 5000), 0)
  say(500)
  speech.mark('after')
  assert.equal(soundingMs(1234, 5000), 500)
  await pass(500)
  assert.deepEqual(echoed.at(-1), '1734 after')
  assert.deepEqual(spans.at(-1), '1234 after 500/500')
})

test('clear with nothing there is nothing', () => {
  const { speech, echoed, spans } = aSpeech()
  speech.clear()
  assert.deepEqual([echoed, spans], [[], []])
})

test('what is said again before 200 ms are over belongs to the same entry; later is another', async () => {
  const { say, pass, spans, soundingMs } = aSpeech()
  say(100)
  await pass(250)
  say(100)
  assert.equal(soundingMs(250, 1000), 100)
  await pass(400)
  assert.deepEqual(spans, ['0 - 350/350'])
  say(60)
  await pass(300)
  assert.deepEqual(spans.slice(1), ['650 - 60/60'])
})

test('marks closer than 20 ms share an entry, and all of them come back in time', async () => {
  const { speech, say, pass, echoed, spans, begun } = aSpeech()
  for (let count = 1; count <= 10; count++) {
    say(5)
    speech.mark(`m${count}`)
  }
  await pass(300)
  assert.deepEqual(
    echoed,
    Array.from({ length: 10 }, (_, index) => `${(index + 1) * 5} m${index + 1}`),
  )
  assert.deepEqual(spans, ['0 m4 20/20', '20 m8 20/20', '40 m10 10/10'])
  assert.equal(begun(), 3)
})

test('an app that says and clears every millisecond: the ledger is told at most once in 20', async () => {
  const { speech, say, pass, spans, begun } = aSpeech()
  for (let count = 0; count < 1000; count++) {
    say(100)
    await pass(1)
    speech.clear()
  }
  assert.ok(begun() <= 51 && begun() === spans.length, `${begun()} beginnings, ${spans.length} ends`)
  say(500)
  await pass(800)
  assert.equal(spans.at(-1), '1000 - 500/500')
})

test('ten minutes wait at the most, five thousand marks, and a quarter of a million letters of them', async () => {
  const { speech, say, pass, echoed } = aSpeech()
  assert.deepEqual([say(599_000), say(1000), say(1)], [true, true, false])
  await pass(10)
  assert.deepEqual([say(11), say(10), say(1)], [false, true, false])
  for (let count = 0; count < 5000; count++) assert.ok(speech.mark(`${count}`))
  assert.equal(speech.mark('too many'), false)
  speech.clear()
  assert.equal(echoed.length, 5000)
  say(100)
  for (let count = 0; count < 64; count++) assert.ok(speech.mark('n'.repeat(4096)))
  assert.equal(speech.mark('n'), false)
  await pass(100)
  assert.equal(echoed.length, 5064)
  say(100)
  assert.ok(speech.mark('n'))
})

test('at the end there are no echoes, and what was heard until then is told', async () => {
  const { speech, say, pass, echoed, spans } = aSpeech()
  say(1000)
  speech.mark('never')
  await pass(300)
  speech.end((START + 300) as never)
  await pass(2000)
  assert.deepEqual([echoed, spans], [[], ['0 never 300/1000 cut']])
})
