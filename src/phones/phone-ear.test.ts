import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SpanStart } from '../engine/ports/media-engine.ts'
import type { Instant } from '../lib/ids.ts'
import { PhoneEar } from './phone-ear.ts'
import { parseWanted } from './wanted.ts'

/** An ear and a clock to turn by hand; a character takes 100 ms. */
function anEar() {
  let now = 0
  const ear = new PhoneEar({ now: () => now as Instant })
  const span = (text: string): SpanStart => ({ verb: 'Dial', kind: 'party', text, lengthMs: text.length * 100 })
  return {
    ear,
    at: (ms: number) => {
      now = ms
    },
    begin: (text: string) => ear.spanStarted(span(text), now as Instant),
    end: (text: string, startedAt: number, cut = false) =>
      ear.spanEnded({ ...span(text), playedMs: now - startedAt, cut }, startedAt as Instant),
    /** When the words are reached; null when they were not and will not be spoken. */
    reached: (words: string) => ear.find(parseWanted(words, 'hear'))?.at ?? null,
    forget: (words: string) => ear.find(parseWanted(words, 'hear'))!.forget(),
  }
}

test('words are reached as they are spoken', () => {
  const { begin, reached } = anEar()
  begin('one two')
  assert.deepEqual([reached('one'), reached('two'), reached('three')], [300, 700, null])
})

test('what follows one another is found together', () => {
  const { at, begin, end, reached } = anEar()
  begin('press')
  at(500)
  end('press', 0)
  at(2000)
  begin('one')
  assert.equal(reached('press one'), 2300)
})

test('of those who speak at once each is understood by itself', () => {
  const { at, begin, reached } = anEar()
  begin('a very long sentence')
  at(500)
  begin('short')
  assert.deepEqual([reached('sentence'), reached('short')], [2000, 1000])
  assert.equal(reached('sentence short'), null)
})

test('the one who is cut loses words, the other does not', () => {
  const { at, begin, end, reached } = anEar()
  begin('one two three')
  at(200)
  begin('red green blue')
  at(700)
  end('one two three', 0, true)
  assert.deepEqual([reached('two'), reached('three')], [700, null])
  assert.deepEqual([reached('green'), reached('blue')], [1100, 1600])
  at(800)
  end('red green blue', 200, true)
  assert.deepEqual([reached('red'), reached('green')], [500, null])
})

test('two who begin in the same moment are told apart by their words', () => {
  const { at, begin, end, reached } = anEar()
  begin('one two')
  begin('red green')
  at(300)
  end('one two', 0, true)
  assert.deepEqual([reached('one'), reached('two'), reached('green')], [300, null, 900])
})

test('words that were understood are forgotten, with all that was said until then', () => {
  const { at, begin, reached, forget } = anEar()
  begin('one two three')
  at(200)
  begin('red green blue')
  at(1100)
  forget('green')
  assert.deepEqual([reached('one'), reached('two'), reached('red'), reached('green')], [null, null, null, null])
  assert.deepEqual([reached('three'), reached('blue')], [1300, 1600])
})

test('somebody who speaks after two others spoke at once is found after the one who spoke last', () => {
  const { at, begin, end, reached } = anEar()
  begin('please')
  at(100)
  begin('the code is')
  at(600)
  end('please', 0)
  at(1200)
  end('the code is', 100)
  at(1500)
  begin('four')
  assert.equal(reached('the code is four'), 1900)
  assert.equal(reached('please four'), null)
})

test('a crowd is followed up to sixteen voices', () => {
  const { begin, end, at, reached } = anEar()
  const words = Array.from({ length: 17 }, (_, index) => `voice${String.fromCharCode(97 + index)}`)
  words.forEach(begin)
  assert.equal(words.filter((word) => reached(word) === 600).length, 16)
  assert.equal(reached(words[16]!), null)
  at(600)
  end(words[3]!, 0)
  // The end of what was not understood changes nothing.
  end(words[16]!, 0)
  at(700)
  begin('again')
  assert.equal(reached('again'), 1200)
})
