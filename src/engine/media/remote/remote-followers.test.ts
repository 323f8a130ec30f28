import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newSid } from '../../../lib/ids.ts'
import type { StreamOrder, TrackSpeech } from '../../ports/leg-media.ts'
import { aSound } from '../test-sounds.ts'
import { aRemoteEngine, told } from './test-remote.ts'

const ORDER = { tracks: ['inbound', 'outbound'], partials: true, unknownWords: true } as const

const shown = (speech: TrackSpeech): string =>
  `${speech.track} ${speech.said === 'words' ? `${speech.words}…` : speech.said === 'utterance' ? JSON.stringify(speech.parts) : '?'}`

test('what is said is told from the other thread, and the rest when it is stopped', async (t) => {
  const { engine } = aRemoteEngine(t)
  const leg = engine.open(told().events)
  const speech: string[] = []
  const { promise: heard, resolve } = Promise.withResolvers<void>()
  const transcription = leg.transcribe(ORDER, (one) => {
    speech.push(shown(one))
    resolve()
  })
  leg.sound(aSound(30_000), 'a sentence that takes its time')
  await heard
  transcription.stop()
  await transcription.over
  assert.deepEqual(speech, ['inbound a…', 'inbound [{"words":"a"}]'])
})

test('sound crosses as it is', async (t) => {
  const { engine } = aRemoteEngine(t)
  const leg = engine.open(told().events)
  const speech: TrackSpeech[] = []
  leg.sound(aSound(5000, 0x90))
  const { promise: heard, resolve } = Promise.withResolvers<void>()
  const first = leg.transcribe({ ...ORDER, unknownWords: false }, () => resolve())
  const second = leg.transcribe(ORDER, (one) => void speech.push(one))
  await heard
  leg.gone()
  await Promise.all([first.over, second.over])
  const [one] = speech
  assert.ok(one?.said === 'utterance')
  const [part] = one.parts
  assert.ok(part && 'ulaw' in part && part.ulaw.includes(0x90))
})

test('with its leg, and with the thread, a transcription is over', async (t) => {
  const { engine, threads } = aRemoteEngine(t)
  const leg = engine.open(told().events)
  const first = leg.transcribe(ORDER, () => assert.fail())
  leg.gone()
  await first.over
  await leg.transcribe(ORDER, () => assert.fail()).over
  const second = engine.open(told().events).transcribe(ORDER, () => assert.fail())
  threads[0]!.die(new Error('the thread is dead'))
  await second.over
})

const STREAM: StreamOrder = {
  streamSid: newSid('MZ'),
  accountSid: newSid('AC'),
  callSid: newSid('CA'),
  url: 'wss://127.0.0.1:9/',
  headers: {},
  track: 'both_tracks',
  bothWays: false,
  parameters: [],
}

test('a stream ends with what was wrong with it; with the thread, as one that broke; and none begins on a leg that is over', async (t) => {
  const { engine, threads } = aRemoteEngine(t)
  const leg = engine.open(told().events)
  // There are no sockets in this thread.
  assert.equal((await leg.stream(STREAM, () => assert.fail()).over).fault?.code, 31904)
  const running = leg.stream(STREAM, () => assert.fail())
  threads[0]!.die(new Error('the thread is dead'))
  assert.equal((await running.over).fault?.code, 31921)
  assert.equal((await leg.stream(STREAM, () => assert.fail()).over).fault, null)
})
