/** One utterance at a time: its words while it goes on, and none of them afterwards. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Instant } from '../../lib/ids.ts'
import { silentLogger } from '../../lib/logger.ts'
import { VirtualClock } from '../../lib/virtual-clock.ts'
import type { TrackSpeech } from '../ports/leg-media.ts'
import type { Recognized, SpeechRecognizer } from '../ports/recognition.ts'
import { FollowedUtterance } from './followed-utterance.ts'
import { Recognition } from './recognition.ts'

const ABOUT = { track: 'inbound', at: 0 as Instant } as const
const HOW = { language: 'en-GB', hints: ['pizza'], profanityFilter: true }
const ULAW = new Uint8Array(new SharedArrayBuffer(8))
const PARTS = [{ words: 'Hello' }, { ulaw: ULAW, stretch: 0 }]

const words = (text: string) => ({ ...ABOUT, said: 'words', words: text }) as const
const sound = (ulaw: Uint8Array | null) => ({ ...ABOUT, said: 'sound', sound: { stretch: 0, ulaw } }) as const

/** With a recognizer in hand: what it says while it listens, and when it comes to an end. */
function anUtterance({ live = true, tells = true }) {
  const clock = new VirtualClock({ startAt: 0 as Instant, settleMs: 0, mode: 'auto' })
  let say: (words: string) => void = () => assert.fail('nobody has begun')
  const ended = Promise.withResolvers<Recognized>()
  const asked: string[] = []
  const recognizer: SpeechRecognizer = {
    recognize: async ({ language }) => {
      asked.push(`whole ${language}`)
      return { text: 'damn the whole', confidence: 0.5 }
    },
    ...(live && {
      open({ language }, onWords) {
        asked.push(`live ${language}`)
        say = onWords
        return { push: async () => {}, end: () => ended.promise, close: () => void asked.push('closed') }
      },
    }),
    close: async () => {},
  }
  const told: string[] = []
  const utterance = new FollowedUtterance({
    recognition: new Recognition({ clock, logger: silentLogger, recognizer }),
    how: HOW,
    onWords: tells ? (text) => void told.push(text) : null,
  })
  const hear = (...speech: Extract<TrackSpeech, { said: 'words' | 'sound' }>[]) => {
    for (const one of speech) utterance.hear(one)
  }
  return { utterance, told, asked, hear, ended, say: (text: string) => say(text) }
}

test('words are told as they come, known ones and others, until it is over', async () => {
  const { utterance, told, asked, hear, ended, say } = anUtterance({})
  hear(words('Hello'), sound(ULAW))
  say('two')
  say('two shit')
  hear(sound(null))
  say('two shit pizzas')
  const transcript = utterance.transcript(PARTS)
  say('too late')
  ended.resolve({ text: 'two shit pizzas', confidence: 0.7 })
  assert.deepEqual(told, ['Hello', 'Hello two', 'Hello two shit', 'Hello two shit pizzas'])
  assert.deepEqual(await transcript, { text: 'Hello two s*** pizzas', confidence: 0.7, fault: null })
  assert.deepEqual(asked, ['live en-GB'])
})

test('nobody wants words meanwhile: it is followed all the same', async () => {
  const { utterance, told, asked, hear, ended, say } = anUtterance({ tells: false })
  hear(words('Hello'), sound(ULAW))
  say('two')
  hear(sound(null))
  ended.resolve({ text: 'two', confidence: null })
  assert.equal((await utterance.transcript(PARTS)).text, 'Hello two')
  assert.deepEqual([told, asked], [[], ['live en-GB']])
})

test('a recognizer that takes whole utterances is given one', async () => {
  const { utterance, told, asked, hear } = anUtterance({ live: false })
  hear(words('Hello'), sound(ULAW), sound(null))
  assert.equal((await utterance.transcript(PARTS)).text, 'Hello damn the whole')
  assert.deepEqual([told, asked], [['Hello'], ['whole en-GB']])
})

test('dropped: the recognizer is told, nobody else is', () => {
  const { utterance, told, asked, hear, say } = anUtterance({})
  hear(sound(ULAW))
  utterance.drop()
  say('two')
  assert.deepEqual([told, asked], [[], ['live en-GB', 'closed']])
})
