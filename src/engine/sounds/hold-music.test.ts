/** The music that waiting callers hear: its level, its length, its seam, and that no key is ever found in it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DtmfDetector } from '../../wire/codec/dtmf-detector.ts'
import { levelDbfs } from '../../wire/codec/energy.ts'
import { composeHoldMusic } from './hold-music.ts'

const SECOND = 8000
const music = composeHoldMusic()

test('it lasts a minute', () => assert.equal(music.length, 60 * SECOND))

test('it is as loud as it says', () => assert.ok(Math.abs(levelDbfs(music) + 20) < 0.1, `${levelDbfs(music)} dBFS`))

test('it is always the same', () => assert.deepEqual(composeHoldMusic(), music))

test('it never falls silent, and nothing in it is loud', () => {
  for (let at = 0; at < music.length; at += SECOND) {
    const level = levelDbfs(music, at, at + SECOND)
    assert.ok(level > -32 && level < -14, `${level} dBFS in second ${at / SECOND}`)
  }
  const peak = music.reduce((highest, sample) => Math.max(highest, Math.abs(sample)), 0)
  assert.ok(peak < 32_767 * 10 ** (-4 / 20), `a peak of ${peak}`)
})

test('its end goes over into its beginning as any sample goes over into the next', () => {
  const steepest = music.reduce(
    (most, sample, at) => (at === 0 ? 0 : Math.max(most, Math.abs(sample - music[at - 1]!))),
    0,
  )
  assert.ok(Math.abs(music[0]! - music.at(-1)!) <= steepest)
  // What rang at the end rings on.
  assert.ok(levelDbfs(music, 0, 80) > -45, `${levelDbfs(music, 0, 80)} dBFS at the beginning`)
})

test('nobody presses a key in it', () => {
  const detector = new DtmfDetector()
  assert.deepEqual([...detector.push(music), ...detector.push(music)], [])
})
