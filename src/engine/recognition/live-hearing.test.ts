/** Speech that is followed: what is told while it is said, what becomes of a recognizer's faults, and what holds the clock. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Instant } from '../../lib/ids.ts'
import { silentLogger } from '../../lib/logger.ts'
import { VirtualClock } from '../../lib/virtual-clock.ts'
import type { LiveRecognition, Recognized, SpeechRecognizer } from '../ports/recognition.ts'
import { Recognition } from './recognition.ts'

const SPEECH = { language: 'en-US', hints: ['pizza'] }
const HOW = { ...SPEECH, profanityFilter: false }
const ULAW = new Uint8Array(new SharedArrayBuffer(8))

/** A recognizer in hand: each utterance that was begun, and what it was told. */
function aFollower(live: Partial<LiveRecognition> = {}) {
  const clock = new VirtualClock({ startAt: 0 as Instant, settleMs: 0, mode: 'auto' })
  const begun: { say: (words: string) => void; pushed: number; isClosed: boolean }[] = []
  const recognizer: Required<SpeechRecognizer> = {
    recognize: async () => ({ text: 'as a whole', confidence: 0.5 }),
    open(speech, say) {
      assert.deepEqual(speech, SPEECH)
      const one = { say, pushed: 0, isClosed: false }
      begun.push(one)
      return {
        async push() {
          one.pushed += 1
        },
        end: async (): Promise<Recognized> => ({ text: `live ${begun.indexOf(one)}`, confidence: 0.7 }),
        close() {
          one.isClosed = true
        },
        ...live,
      }
    },
    async close() {},
  }
  const recognition = new Recognition({ clock, logger: silentLogger, recognizer })
  const told: string[] = []
  const following = recognition.follow(SPEECH, (words) => told.push(words))
  const { onWords, onSound } = following.listener
  const hear = (stretch: number) => onSound!({ stretch, ulaw: ULAW })
  const over = (stretch: number) => onSound!({ stretch, ulaw: null })
  return { clock, recognizer, recognition, begun, told, following, know: onWords!, hear, over }
}

test('words that are known and words that are recognized are told together, in their order', () => {
  const { begun, told, know, hear } = aFollower()
  know('I')
  know('I want')
  hear(0)
  begun[0]!.say('two')
  begun[0]!.say('two')
  begun[0]!.say('two pizzas')
  hear(1)
  know('I want please')
  begun[1]!.say('bye')
  assert.deepEqual(told, [
    'I',
    'I want',
    'I want two',
    'I want two pizzas',
    'I want two pizzas please',
    'I want two pizzas bye please',
  ])
})

test('texts that grow side by side are told as they are known', () => {
  const { told, know } = aFollower()
  know('Hello Bye')
  know('Hello there Bye')
  assert.deepEqual(told, ['Hello Bye', 'Hello there Bye'])
})

test('what was followed is not recognized again, what was not is', async () => {
  const { recognition, following, hear, over } = aFollower()
  hear(0)
  over(0)
  const parts = [{ words: 'Hi' }, { ulaw: ULAW, stretch: 0 }, { ulaw: ULAW }]
  const { text, confidence, fault } = await recognition.transcript({ parts, passedOver: false }, HOW, following)
  assert.deepEqual([text, confidence, fault], ['Hi live 0 as a whole', 0.5, null])
})

for (const [what, live] of [
  ['fails at the end', { end: () => Promise.reject(new Error('It is broken.')) }],
  [
    'cannot begin',
    {
      get push(): never {
        throw new Error('It is broken.')
      },
    },
  ],
] as const)
  test(`a recognizer that ${what} is a fault of the transcript`, async () => {
    const { recognition, following, hear, over } = aFollower(live)
    hear(0)
    over(0)
    const parts = [{ ulaw: ULAW, stretch: 0 }]
    const { text, fault } = await recognition.transcript({ parts, passedOver: false }, HOW, following)
    assert.deepEqual([text, fault], ['', 'It is broken.'])
  })

test('virtual time waits for each piece, and for the end', async () => {
  const piece = Promise.withResolvers<void>()
  const end = Promise.withResolvers<Recognized>()
  const { clock, hear, over } = aFollower({ push: () => piece.promise, end: () => end.promise })
  const ticks: number[] = []
  const tick = () => new Promise<void>((resolve) => clock.after(100, () => resolve(void ticks.push(clock.now()))))
  await tick()
  hear(0)
  const held = tick()
  await new Promise((resolve) => setTimeout(resolve, 20))
  assert.deepEqual(ticks, [100])
  piece.resolve()
  await held
  over(0)
  const heldAgain = tick()
  await new Promise((resolve) => setTimeout(resolve, 20))
  assert.deepEqual(ticks, [100, 200])
  end.resolve({ text: '', confidence: null })
  await heldAgain
  assert.deepEqual(ticks, [100, 200, 300])
  clock.stop()
})

test('closing closes all; a recognizer that does not take speech live is told of none', async () => {
  const { clock, begun, following, recognizer, hear } = aFollower()
  hear(0)
  hear(1)
  following.close()
  assert.ok(begun.every(({ isClosed }) => isClosed))
  const { recognize, close } = recognizer
  const whole = new Recognition({ clock, logger: silentLogger, recognizer: { recognize, close } })
  assert.deepEqual(Object.keys(whole.follow(SPEECH, () => {}).listener), ['onWords'])
  assert.deepEqual(Object.keys(whole.follow(SPEECH, undefined).listener), [])
})
