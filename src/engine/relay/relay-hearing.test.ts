/** A caller whose words nobody knows: what the app is told while they speak, and once they have spoken. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Instant } from '../../lib/ids.ts'
import { silentLogger } from '../../lib/logger.ts'
import { VirtualClock } from '../../lib/virtual-clock.ts'
import type { TrackSpeech } from '../ports/leg-media.ts'
import type { Recognized, SpeechRecognizer } from '../ports/recognition.ts'
import { Recognition } from '../recognition/recognition.ts'
import { RelayHearing } from './relay-hearing.ts'
import { anOpenRelay, relayNoun } from './test-relay.ts'

interface Heard {
  readonly language: string
  pieces: number
  isClosed: boolean
}

/** Hears one of these words more each half second. */
function aListener(text: readonly string[], confidence = 0.9) {
  const live: Heard[] = []
  const whole: string[] = []
  const recognizer: Required<SpeechRecognizer> = {
    async recognize({ language }): Promise<Recognized> {
      whole.push(language)
      return { text: text.join(' '), confidence }
    },
    open({ language }, onWords) {
      const heard: Heard = { language, pieces: 0, isClosed: false }
      live.push(heard)
      return {
        async push() {
          heard.pieces += 1
          if (heard.pieces % 5 === 0) onWords(text.slice(0, heard.pieces / 5).join(' '))
        },
        end: async () => ({ text: text.join(' '), confidence }),
        close() {
          heard.isClosed = true
        },
      }
    },
    async close() {},
  }
  return { recognizer, live, whole }
}

const PIZZAS = ['two', 'shit', 'pizzas']
const prompt = (at: number, voicePrompt: string, last: boolean, lang = 'en-US') => ({ voicePrompt, lang, last, at })

test('partial prompts while the caller speaks, and the prompt after the pause', async () => {
  const { recognizer, live, whole } = aListener(PIZZAS)
  const relay = await anOpenRelay({ attributes: 'partialPrompts="true"', recognizer })
  relay.at(1000, () => relay.caller.sounds(1500))
  relay.at(8000, () => relay.caller.says('Bye'))
  await relay.until(20_000)
  assert.deepEqual(relay.of('prompt'), [
    // It is speech 200 ms after it has begun, and there is a piece each tenth of a second.
    prompt(1600, 'two', false),
    prompt(2100, 'two s***', false),
    prompt(2600, 'two s*** pizzas', false),
    prompt(3300, 'two s*** pizzas', true),
    prompt(8300, 'Bye', false),
    prompt(9100, 'Bye', true),
  ])
  assert.deepEqual([live.length, live[0]?.pieces, whole], [1, 22, []])
})

test('who wants no partial prompts has the prompt as soon', async () => {
  const { recognizer, live, whole } = aListener(PIZZAS)
  const relay = await anOpenRelay({ recognizer })
  relay.at(1000, () => relay.caller.sounds(1500))
  await relay.until(20_000)
  assert.deepEqual(relay.of('prompt'), [prompt(3300, 'two s*** pizzas', true)])
  assert.deepEqual([live.length, whole], [1, []])
})

test('a pause that ends nothing: one prompt of two stretches', async () => {
  const { recognizer, live } = aListener(['yes'])
  const relay = await anOpenRelay({ attributes: 'partialPrompts="true" speechTimeout="2000"', recognizer })
  relay.at(1000, () => relay.caller.sounds(600))
  relay.at(3000, () => relay.caller.sounds(600))
  await relay.until(20_000)
  assert.deepEqual(relay.of('prompt'), [
    prompt(1600, 'yes', false),
    prompt(3600, 'yes yes', false),
    prompt(5600, 'yes yes', true),
  ])
  assert.equal(live.length, 2)
})

test('a recognizer that takes whole utterances is given them', async () => {
  const { recognizer, whole } = aListener(PIZZAS)
  const { open: _, ...takesWhole } = recognizer
  const relay = await anOpenRelay({ attributes: 'partialPrompts="true"', recognizer: takesWhole })
  relay.at(1000, () => relay.caller.sounds(1500))
  await relay.until(20_000)
  assert.deepEqual(relay.of('prompt'), [prompt(3300, 'two s*** pizzas', true)])
  assert.deepEqual(whole, ['en-US'])
})

test('another language is that of the next utterance', async () => {
  const { recognizer, live } = aListener(['oui'])
  const relay = await anOpenRelay({ recognizer })
  relay.at(1000, () => relay.caller.sounds(600))
  relay.at(1400, () => relay.app.say({ type: 'language', transcriptionLanguage: 'fr-FR' }))
  relay.at(4000, () => relay.caller.sounds(600))
  await relay.until(20_000)
  assert.deepEqual(relay.of('prompt'), [prompt(2400, 'oui', true), prompt(5400, 'oui', true, 'fr-FR')])
  assert.deepEqual(
    live.map(({ language }) => language),
    ['en-US', 'fr-FR'],
  )
})

test('an app that has enough in the middle of a word: the recognizer is let go', async () => {
  const { recognizer, live } = aListener(PIZZAS)
  const relay = await anOpenRelay({ attributes: 'partialPrompts="true"', recognizer })
  relay.at(1000, () => relay.caller.sounds(1500))
  relay.at(1700, () => relay.app.say({ type: 'end' }))
  await relay.until(20_000)
  assert.deepEqual(relay.of('prompt'), [prompt(1600, 'two', false)])
  assert.deepEqual([live.length, live[0]?.isClosed, relay.over()?.status], [1, true, 'ended'])
})

test('words of the next utterance do not overtake those of one that is still being recognized', async () => {
  const clock = new VirtualClock({ startAt: 0 as Instant, settleMs: 0, mode: 'auto' })
  const ends: ((recognized: Recognized) => void)[] = []
  const says: ((words: string) => void)[] = []
  const recognizer: SpeechRecognizer = {
    recognize: () => assert.fail('it takes sound live'),
    open(_speech, onWords) {
      says.push(onWords)
      const { promise, resolve } = Promise.withResolvers<Recognized>()
      ends.push(resolve)
      return { push: async () => {}, end: () => promise, close() {} }
    },
    close: async () => {},
  }
  let tell: (speech: TrackSpeech) => void = () => assert.fail('nobody listens')
  const told: string[] = []
  const hearing = new RelayHearing({
    host: { recognition: new Recognition({ clock, logger: silentLogger, recognizer }), alertOnce: () => assert.fail() },
    media: {
      transcribe(_order, onSpeech) {
        tell = onSpeech
        return { stop() {}, over: Promise.resolve() }
      },
    },
    relay: relayNoun('partialPrompts="true"'),
    onBeginning() {},
    onSilence() {},
    onWords: (words, _language, isLast) => void told.push(isLast ? words : `${words}…`),
  })
  const ulaw = new Uint8Array(new SharedArrayBuffer(8))
  const about = { track: 'inbound', at: 0 as Instant } as const
  const sound = (stretch: number, isOver: boolean) =>
    tell({ ...about, said: 'sound', sound: { stretch, ulaw: isOver ? null : ulaw } })
  const utterance = (stretch: number) => tell({ ...about, said: 'utterance', parts: [{ ulaw, stretch }] })
  hearing.want(true)
  sound(0, false)
  says[0]?.('two')
  sound(0, true)
  utterance(0)
  sound(1, false)
  says[1]?.('and')
  ends[0]?.({ text: 'two pizzas', confidence: 0.9 })
  await new Promise((resolve) => setImmediate(resolve))
  says[1]?.('and a')
  sound(1, true)
  utterance(1)
  ends[1]?.({ text: 'and a salad', confidence: 0.9 })
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(told, ['two…', 'two pizzas', 'and a…', 'and a salad'])
})
