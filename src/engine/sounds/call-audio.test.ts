import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ULAW_TO_LINEAR } from '../../wire/codec/g711.ts'
import type { Sound } from '../ports/sound.ts'
import { BYTES_PER_MS, countMissing, renderCall, type SoundOf } from './call-audio.ts'
import type { Note, Score } from './score.ts'
import { joinSound } from './shared-sound.ts'

/** `a` is 100 ms of one code and then 100 ms of another, `b` 5 s of one; `gone` is gone. */
const SOUNDS: Readonly<Record<string, Sound>> = {
  a: joinSound('a', [new Uint8Array(800).fill(0x10), new Uint8Array(800).fill(0x20)]),
  b: joinSound('b', [new Uint8Array(40_000).fill(0x30)]),
  'keys 5': joinSound('k', [new Uint8Array(1600).fill(0x40)]),
}
const [A1, A2, B, KEYS] = [0x10, 0x20, 0x30, 0x40].map((code) => ULAW_TO_LINEAR[code]!)

const soundOf: SoundOf = async (source) => SOUNDS['id' in source ? source.id : `keys ${source.keys}`] ?? null

const note = (fromMs: number, toMs: number, id: string | null): Note => ({
  fromMs,
  toMs,
  source: id === null ? null : { id },
})
const aScore = (score: Partial<Score>): Score => ({ lengthMs: 3000, party: [], platform: [], ...score })

/** One channel as stretches of the same sample: `[from ms, to ms, sample]`, silence left out. */
function stretches(pcm: Buffer, channel: 0 | 1): [number, number, number][] {
  const found: [number, number, number][] = []
  for (let at = channel * 2, frame = 0; at < pcm.length; at += 4, frame++) {
    const sample = pcm.readInt16LE(at)
    const last = found.at(-1)
    if (last?.[2] === sample && last[1] * 8 === frame) last[1] = (frame + 1) / 8
    else if (sample !== 0) found.push([frame / 8, (frame + 1) / 8, sample])
  }
  return found
}

for (const [what, score, left, right] of [
  ['nothing', {}, [], []],
  [
    'a sound as long as it is',
    { party: [note(50, 250, 'a')] },
    [
      [50, 150, A1],
      [150, 250, A2],
    ],
    [],
  ],
  [
    'a sound that was cut',
    { platform: [note(50, 170, 'a')] },
    [],
    [
      [50, 150, A1],
      [150, 170, A2],
    ],
  ],
  [
    'a sound shorter than its note',
    { party: [note(0, 3000, 'a')] },
    [
      [0, 100, A1],
      [100, 200, A2],
    ],
    [],
  ],
  [
    'a sound over the seam of two seconds',
    { party: [note(950, 1150, 'a')] },
    [
      [950, 1050, A1],
      [1050, 1150, A2],
    ],
    [],
  ],
  ['a sound over several seconds', { platform: [note(500, 2999, 'b')] }, [], [[500, 2999, B]]],
  ['sounds to the last millisecond', { party: [note(2900, 3000, 'a')] }, [[2900, 3000, A1]], []],
  [
    'sounds that meet at a seam',
    { party: [note(0, 1000, 'b'), note(1000, 1100, 'a')] },
    [
      [0, 1000, B],
      [1000, 1100, A1],
    ],
    [],
  ],
  [
    'both sides at a time',
    { party: [note(0, 100, 'a')], platform: [note(50, 80, 'b')] },
    [[0, 100, A1]],
    [[50, 80, B]],
  ],
  [
    'what is gone between what is not',
    { party: [note(0, 10, 'b'), note(10, 20, 'gone'), note(20, 25, null), note(25, 30, 'b')] },
    [
      [0, 10, B],
      [25, 30, B],
    ],
    [],
  ],
  ['keys', { party: [{ fromMs: 10, toMs: 3000, source: { keys: '5' } }] }, [[10, 210, KEYS]], []],
] as const)
  test(`of a score with ${what} everything sounds in its time, on its side`, async () => {
    const chunks = await Array.fromAsync(renderCall(aScore(score), soundOf))
    assert.deepEqual(
      chunks.map(({ length }) => length),
      [32_000, 32_000, 32_000],
    )
    const pcm = Buffer.concat(chunks)
    assert.deepEqual(stretches(pcm, 0), left)
    assert.deepEqual(stretches(pcm, 1), right)
  })

for (const [lengthMs, chunks] of [
  [0, []],
  [1, [1]],
  [1000, [1000]],
  [2500, [1000, 1000, 500]],
] as const)
  test(`a call of ${lengthMs} ms is as long as that`, async () => {
    const rendered = await Array.fromAsync(renderCall(aScore({ lengthMs }), soundOf))
    assert.deepEqual(
      rendered.map(({ length }) => length / BYTES_PER_MS),
      chunks,
    )
  })

test('a sound is loaded when its turn comes, once for each time it sounds', async () => {
  const loaded: string[] = []
  const score = aScore({ party: [note(100, 200, 'a'), note(1500, 2900, 'b')] })
  const audio = renderCall(score, async (source) => {
    loaded.push('id' in source ? source.id : '')
    return soundOf(source)
  })
  assert.deepEqual(loaded, [])
  await audio.next()
  assert.deepEqual(loaded, ['a'])
  await audio.next()
  await audio.next()
  assert.deepEqual(loaded, ['a', 'b'])
})

test('notes whose sound is gone or unknown are counted, each of them', async () => {
  const asked: string[] = []
  const score = aScore({
    party: [
      note(0, 10, 'gone'),
      note(10, 20, 'gone'),
      note(20, 30, 'a'),
      { fromMs: 30, toMs: 40, source: { keys: '5' } },
    ],
    platform: [note(0, 10, 'a'), note(10, 20, null)],
  })
  const missing = await countMissing(score, async (source) => {
    asked.push('id' in source ? source.id : 'keys')
    return soundOf(source)
  })
  assert.equal(missing, 3)
  assert.deepEqual(asked, ['gone', 'a'])
})
