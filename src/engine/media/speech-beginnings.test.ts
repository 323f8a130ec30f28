/** Whoever follows what is said may ask to be told that somebody begins to, and for another pause than 800 ms. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TranscribeOrder } from '../ports/leg-media.ts'
import { aSoundEngine, START } from './test-legs.ts'
import { aSound } from './test-sounds.ts'

const LOUD = 0x90

function following(more: Partial<TranscribeOrder> = {}) {
  const kit = aSoundEngine()
  const { media } = kit.leg()
  const told: string[] = []
  const order = { tracks: ['inbound'], partials: false, unknownWords: true, beginnings: true, ...more } as const
  const follow = () =>
    media.transcribe(order, ({ at, ...speech }) => {
      const parts = 'parts' in speech ? speech.parts.map((part) => ('words' in part ? part.words : '[sound]')) : []
      told.push([at - START, speech.said, ...parts].join(' '))
    })
  return { ...kit, media, told, follow }
}

test('words are told as they begin, again after each gap', async () => {
  const { media, at, until, told, follow } = following()
  follow()
  at(1000, () => media.sound(aSound(300), 'One'))
  at(1700, () => media.sound(aSound(300), 'two'))
  await until(5000)
  assert.deepEqual(told, ['1000 beginning', '1700 beginning', '2800 utterance One two'])
})

test('sound is speech after 200 ms of it', async () => {
  const { media, at, until, told, follow } = following()
  follow()
  at(1000, () => media.sound(aSound(1000, LOUD), { name: '(noise)' }))
  await until(5000)
  assert.deepEqual(told, ['1200 beginning', '2800 utterance [sound]'])
})

test('what began before is heard, but is no beginning', async () => {
  const { media, at, until, told, follow } = following()
  at(1000, () => media.sound(aSound(1100), 'Hello there'))
  at(1100, follow)
  await until(5000)
  assert.deepEqual(told, ['2900 utterance there'])
})

test('the pause that ends an utterance may be another', async () => {
  for (const [pauseMs, expected] of [
    [600, ['1000 beginning', '1900 utterance One', '2000 beginning', '2900 utterance two']],
    [2000, ['1000 beginning', '2000 beginning', '4300 utterance One two']],
  ] as const) {
    const { media, at, until, told, follow } = following({ pauseMs })
    follow()
    at(1000, () => media.sound(aSound(300), 'One'))
    at(2000, () => media.sound(aSound(300), 'two'))
    await until(9000)
    assert.deepEqual(told, expected)
  }
})

test('nobody is told who did not ask', async () => {
  const { media, at, until, told, follow } = following({ beginnings: false })
  follow()
  at(1000, () => media.sound(aSound(300), 'One'))
  await until(5000)
  assert.deepEqual(told, ['2100 utterance One'])
})
