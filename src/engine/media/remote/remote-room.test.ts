/** Bridges and rooms behind a message port: who is heard where, what is told, and what is left when the thread dies. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { newSid } from '../../../lib/ids.ts'
import type { LegMedia } from '../../ports/leg-media.ts'
import type { PartyMedia } from '../../ports/media-engine.ts'
import { call, coaching, HEARD, HELD, linear, MUTED, never, playing, prompt, together } from '../test-legs.ts'
import { aSound } from '../test-sounds.ts'
import { aRemoteEngine, told } from './test-remote.ts'

const [A, B, C, OURS] = [0x90, 0x20, 0xa5, 0x33] as const

interface Leg {
  readonly media: PartyMedia
  readonly spans: ReturnType<typeof told>['spans']
  readonly others: string[]
  /** Every sample that it was played, without silence. */
  readonly heard: () => Promise<number[]>
}

function someLegs(t: TestContext, count: number) {
  const base = aRemoteEngine(t)
  const { engine, files } = base
  const listen = (source: Pick<LegMedia, 'record'>) => {
    const order = call()
    const { over } = source.record(order)
    return async () => {
      await over
      const samples = files.made.find(({ sid }) => sid === order.sid)?.samples ?? []
      return [...new Set(samples.filter((sample) => sample !== 0))]
    }
  }
  const legs = Array.from({ length: count }, (): Leg => {
    const { spans, others, events } = told()
    const media = engine.open(events)
    return { media, spans, others, heard: listen(media) }
  })
  /** Resolves when every command so far has been carried out, since a program of this length was. */
  const settled = async (ms = 60) =>
    void (await engine.open(told().events).run(playing({ kind: 'silence', lengthMs: ms }), never()))
  return { ...base, legs: legs as [Leg, Leg, Leg, Leg], listen, settled }
}

const texts = ({ spans }: Leg) => spans.map((span) => `${span.verb} ${span.text}${'playedMs' in span ? ' ends' : ''}`)

test('a bridge lets two parties hear each other, until it ends', async (t) => {
  const { engine, legs, settled } = someLegs(t, 2)
  const [one, other] = legs
  const bridge = engine.bridge(one.media, other.media, 'Dial')
  one.media.sound(aSound(60_000, A), 'hello')
  await settled()
  assert.equal(other.media.hearing()?.span.text, 'hello')
  bridge.end()
  bridge.end()
  other.media.sound(aSound(60_000, B), 'anybody there')
  await settled()
  assert.equal(other.media.hearing(), null)
  await engine.stop()
  assert.deepEqual(await other.heard(), [linear(A)])
  assert.deepEqual(await one.heard(), [])
  assert.deepEqual(texts(other), ['Dial hello', 'Dial hello ends'])
  assert.deepEqual(texts(one), [])
})

test('a room: places, words, prompts and speech', async (t) => {
  const { engine, legs, listen, settled } = someLegs(t, 4)
  const [a, b, c, held] = legs
  const room = engine.room()
  const recorded = listen(room)
  const speech: string[] = []
  const spoken = Promise.withResolvers<void>()
  room.onSpeech((leg, speaking) => {
    speech.push(`${legs.findIndex(({ media }) => media === leg)} ${speaking}`)
    spoken.resolve()
  })
  room.enter(a.media, HEARD, 'Conference')
  room.enter(b.media, MUTED, 'Conference')
  room.enter(c.media, coaching(a.media), 'Conference')
  room.enter(held.media, HELD, 'Conference')
  b.media.sound(aSound(60_000, B), 'nobody hears')
  c.media.sound(aSound(60_000, C), 'only one hears')
  held.media.sound(aSound(60_000, OURS), 'nobody at all')
  await settled()
  room.change(c.media, MUTED)
  a.media.sound(aSound(60_000, A), 'all hear')
  await spoken.promise
  const end = await room.run(playing(prompt('welcome', 40, OURS)), never())
  assert.equal(end.outcome, 'played')
  room.leave(a.media)
  await room.close()
  assert.deepEqual(await recorded(), [linear(A), together(A, OURS)])
  await engine.stop()
  assert.deepEqual(await a.heard(), [linear(C), linear(OURS)])
  assert.deepEqual(await b.heard(), [linear(A), together(A, OURS)])
  assert.deepEqual(await held.heard(), [])
  assert.deepEqual(texts(b), ['Conference all hear', 'Say welcome', 'Say welcome ends', 'Conference all hear ends'])
  assert.deepEqual(texts(a), [
    'Conference only one hears',
    'Conference only one hears ends',
    'Say welcome',
    'Say welcome ends',
  ])
  assert.deepEqual(texts(held), [])
  assert.equal(speech[0], '0 true')
  assert.ok(speech.includes('0 false'))
  assert.ok(!speech.some((what) => what.startsWith('1') || what.startsWith('3')))
  assert.equal((await room.run(playing(prompt('too late', 40, OURS)), never())).outcome, 'gone')
  assert.equal((await room.record(call()).over).lengthMs, 0)
})

test('a thread that dies ends what was heard, its rooms and their recordings', async (t) => {
  const { engine, threads, legs, settled } = someLegs(t, 3)
  const [a, b, c] = legs
  const room = engine.room()
  for (const { media } of [a, b, c]) room.enter(media, HEARD, 'Conference')
  a.media.sound(aSound(60_000, A), 'one')
  b.media.sound(aSound(60_000, B), 'two')
  const recording = room.record({ ...call(), sid: newSid('RE') })
  const announced = room.run(playing(prompt('welcome', 60_000, OURS)), never())
  await settled()
  threads[0]!.die(new Error('out of memory'))
  assert.equal((await announced).outcome, 'gone')
  assert.match((await recording.over).fault ?? '', /worker/)
  await room.close()
  assert.deepEqual(texts(c), [
    'Conference one',
    'Conference two',
    'Say welcome',
    'Conference one ends',
    'Conference two ends',
    'Say welcome ends',
  ])
  assert.deepEqual(c.others, ['lost'])
  // What comes after has nothing to do with it.
  const [next, nextToo] = [engine.open(told().events), engine.open(told().events)]
  engine.bridge(a.media, next, 'Dial').end()
  room.enter(next, HEARD, 'Conference')
  engine.bridge(next, nextToo, 'Dial')
  assert.equal((await next.run(playing(prompt('hi', 10, OURS)), never())).outcome, 'played')
  assert.equal(threads.length, 2)
})
