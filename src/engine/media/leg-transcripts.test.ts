/** What a transcription is told of a leg's two tracks: known words, what is cut, others' words, and unknown sound. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SpeechPart, TrackSpeech, TranscribeOrder } from '../ports/leg-media.ts'
import type { LegAudio } from './leg-audio.ts'
import { aSoundEngine, HEARD, HELD, MUTED, never, playing, prompt, START } from './test-legs.ts'
import { aSound } from './test-sounds.ts'

/** Loud enough to be speech, and a code of its own. */
const LOUD = 0x90

/** A sound as its length in whole tenths of a second. */
function partText(part: SpeechPart): string {
  if ('words' in part) return part.words
  const stretch = part.stretch === undefined ? '' : `${part.stretch}: `
  return `[${stretch}${Math.round(part.ulaw.filter((code) => code === LOUD).length / 800)}]`
}

function shown({ track, at, ...speech }: TrackSpeech): string {
  const when = `${at - START} ${track}`
  switch (speech.said) {
    case 'unknown':
      return `${when} ?`
    case 'beginning':
      return `${when} !`
    case 'words':
      return `${when} ${speech.words}…`
    case 'sound': {
      const { stretch, ulaw } = speech.sound
      return `${when} ${stretch}: ${ulaw ? ulaw.length / 8 : 'over'}`
    }
    case 'utterance':
      return `${when} ${speech.parts.map(partText).join(' ')}`
  }
}

function transcribing(more: Partial<TranscribeOrder> = {}) {
  const kit = aSoundEngine()
  const follow = (media: LegAudio, order = more) => {
    const told: string[] = []
    const defaults = { tracks: ['inbound', 'outbound'], partials: false, unknownWords: true } as const
    const transcription = media.transcribe({ ...defaults, ...order }, (speech) => void told.push(shown(speech)))
    return { told, transcription }
  }
  const { media } = kit.leg()
  return { ...kit, media, follow, ...follow(media) }
}

test('an utterance ends with a pause of 800 ms; shorter gaps are within it', async () => {
  const { media, told, at, until } = transcribing()
  at(1000, () => media.sound(aSound(500), 'Hello there'))
  at(2200, () => media.sound(aSound(500), 'it is me'))
  at(4000, () => media.sound(aSound(500), 'Ada'))
  await until(9000)
  assert.deepEqual(told, ['3500 inbound Hello there it is me', '5300 inbound Ada'])
})

test('both tracks at once, each with utterances of its own', async () => {
  const { media, told, at, until } = transcribing()
  void media.run(playing(prompt('Who is there?', 1300, 1), prompt('Speak up', 800, 2)), never())
  at(500, () => media.sound(aSound(500), 'Me'))
  await until(9000)
  assert.deepEqual(told, ['1800 inbound Me', '2900 outbound Who is there? Speak up'])
})

test('a prompt that is cut has its words as far as they were heard', async () => {
  const { media, told, at, until } = transcribing()
  const stop = new AbortController()
  void media.run(playing(prompt('one two three four', 1800, 1)), stop.signal)
  at(800, () => stop.abort())
  await until(9000)
  // 100 ms a character: "two" is over at 700 ms.
  assert.deepEqual(told, ['1600 outbound one two'])
})

test('who hangs up ends it: what was said until then is told at once', async () => {
  const { media, told, transcription, at, until } = transcribing()
  at(100, () => media.sound(aSound(1800), 'one two three four'))
  at(900, () => media.gone())
  let overAt = 0
  await Promise.all([transcription.over.then(() => (overAt = told.length)), until(9000)])
  assert.deepEqual(told, ['900 inbound one two'])
  assert.equal(overAt, 1)
  assert.deepEqual(
    await media.transcribe({ tracks: [], partials: true, unknownWords: true }, () => assert.fail()).over,
    undefined,
  )
})

test('stop tells the rest, and nothing after it', async () => {
  const { media, told, transcription, at, until } = transcribing()
  at(100, () => media.sound(aSound(1800), 'one two three four'))
  at(900, () => transcription.stop())
  at(950, () => transcription.stop())
  await until(9000)
  assert.deepEqual(told, ['900 inbound one two'])
})

test('begun in the middle of a text it has the words that begin afterwards', async () => {
  const kit = transcribing()
  const { media, at, until } = kit
  let late = { told: [] as string[] }
  void media.run(playing(prompt('one two three four', 1800, 1)), never())
  at(500, () => {
    late = kit.follow(media)
  })
  await until(9000)
  assert.deepEqual(late.told, ['2600 outbound three four'])
})

test('partials: each word once it was spoken, and the whole at the end', async () => {
  const { media, told, at, until } = transcribing({ partials: true })
  at(1000, () => media.sound(aSound(1100), 'Hello there'))
  at(2500, () => media.sound(aSound(400), 'Bye now'))
  await until(9000)
  assert.deepEqual(told, [
    '1500 inbound Hello…',
    '2100 inbound Hello there…',
    '2671 inbound Hello there Bye…',
    '2900 inbound Hello there Bye now…',
    '3700 inbound Hello there Bye now',
  ])
})

test('one track alone', async () => {
  const { media, told, at, until } = transcribing({ tracks: ['outbound'] })
  void media.run(playing(prompt('Hello', 500, 1)), never())
  at(100, () => media.sound(aSound(500), 'Not this'))
  await until(9000)
  assert.deepEqual(told, ['1300 outbound Hello'])
})

test('sound whose words nobody knows is captured, in its place between words', async () => {
  const { media, told, at, until } = transcribing()
  at(1000, () => media.sound(aSound(500), 'Listen'))
  at(1600, () => media.sound(aSound(1500, LOUD), { name: '(noise)' }))
  at(3200, () => media.sound(aSound(500), 'to this'))
  await until(9000)
  assert.deepEqual(told, ['4500 inbound Listen [15] to this'])
})

test('where sound is recognized while it is heard it is told piece by piece, and is over before its utterance', async () => {
  const { media, told, at, until } = transcribing({ sounds: true, beginnings: true, partials: true })
  at(1000, () => media.sound(aSound(300, LOUD)))
  at(1800, () => media.sound(aSound(500), 'to this'))
  at(4000, () => media.sound(aSound(300, LOUD)))
  await until(9000)
  assert.deepEqual(told, [
    '1200 inbound !',
    // With what came shortly before it was speech.
    '1200 inbound 0: 500',
    '1300 inbound 0: 100',
    '1400 inbound 0: 100',
    '1500 inbound 0: 100',
    '1600 inbound 0: 100',
    '1700 inbound 0: 100',
    '1800 inbound !',
    '1800 inbound 0: 100',
    '1900 inbound 0: 100',
    '1943 inbound to…',
    '2000 inbound 0: 100',
    '2100 inbound 0: 100',
    '2100 inbound 0: over',
    '2300 inbound to this…',
    '3100 inbound [0: 3] to this',
    '4200 inbound !',
    '4200 inbound 1: 500',
    ...[43, 44, 45, 46, 47, 48, 49, 50, 51].map((tenth) => `${tenth}00 inbound 1: 100`),
    '5100 inbound 1: over',
    '5100 inbound [1: 3]',
  ])
})

test('a stretch that is cut because it has lasted a minute goes on as another', async () => {
  const { media, told, transcription, at, until } = transcribing({ sounds: true })
  media.sound(aSound(61_000, LOUD))
  at(60_450, () => transcription.stop())
  await until(70_000)
  assert.deepEqual(told.slice(-9), [
    '60100 inbound 0: 100',
    '60200 inbound 0: 100',
    '60200 inbound 0: over',
    '60200 inbound [0: 602]',
    '60300 inbound 1: 100',
    '60400 inbound 1: 100',
    '60450 inbound 1: 50',
    '60450 inbound 1: over',
    '60450 inbound [1: 3]',
  ])
})

test('a file that is played is unknown sound; music, tones and clicks are none', async () => {
  const { media, told, until } = transcribing()
  const one = (kind: 'play' | 'music' | 'tone', lengthMs: number) =>
    ({ kind, verb: 'Play', url: 'http://app.test/a.wav', text: kind, sound: aSound(lengthMs, LOUD) }) as const
  const gap = { kind: 'silence', lengthMs: 2000 } as const
  void media.run(
    playing(one('music', 2000), gap, one('tone', 2000), gap, one('play', 60), gap, one('play', 1000)),
    never(),
  )
  await until(20_000)
  // 60 ms are a click. The watch looks in frames of 20 ms.
  assert.deepEqual(told, ['11860 outbound [10]'])
})

test('without anybody to tell unknown words it says so once a track, and words go on', async () => {
  const { media, told, at, until } = transcribing({ unknownWords: false })
  at(1000, () => media.sound(aSound(1500, LOUD), { name: '(noise)' }))
  at(4000, () => media.sound(aSound(1500, LOUD)))
  at(7000, () => media.sound(aSound(500), 'Hello'))
  await until(9000)
  assert.deepEqual(told, ['1200 inbound ?', '8300 inbound Hello'])
})

test('what goes on for more than a minute is told in pieces: a text at a word, a sound where it is', async () => {
  // Ten characters a word, 100 ms a character.
  const words = Array.from({ length: 100 }, (_, index) => String(100_000_000 + index))
  const { media, told, at, until } = transcribing()
  media.sound(aSound(99_900), words.join(' '))
  at(110_000, () => media.sound(aSound(90_000, LOUD)))
  await until(220_000)
  assert.deepEqual(told, [
    `60000 inbound ${words.slice(0, 60).join(' ')}`,
    `100700 inbound ${words.slice(60).join(' ')}`,
    '170200 inbound [602]',
    '200800 inbound [298]',
  ])
})

test('a bridge: each hears the other as far as they were heard, also what had begun before', async () => {
  const kit = transcribing({ tracks: ['outbound'] })
  const { engine, media, told, at, until } = kit
  const { media: other } = kit.leg()
  const there = kit.follow(other, { tracks: ['outbound'] })
  media.sound(aSound(1800), 'one two three four')
  at(500, () => {
    const bridge = engine.bridge(media, other, 'Dial')
    at(4000, () => bridge.end())
  })
  at(3000, () => other.sound(aSound(1800), 'five six seven eight'))
  await until(9000)
  assert.deepEqual(told, ['4800 outbound five six'])
  assert.deepEqual(there.told, ['2600 outbound three four'])
})

test("a prompt of the leg's own covers the other party, whose words are heard again after it", async () => {
  const kit = transcribing({ tracks: ['outbound'] })
  const { engine, media, told, at, until } = kit
  const { media: other } = kit.leg()
  engine.bridge(media, other, 'Dial')
  other.sound(aSound(2800), 'one two three four five six ')
  at(800, () => void media.run(playing(prompt('Beware', 800, 1)), never()))
  await until(9000)
  assert.deepEqual(told, ['3600 outbound one two Beware five six'])
})

test('a room: who is heard there, and who comes to be heard', async () => {
  const kit = transcribing({ tracks: ['outbound'] })
  const { engine, media, told, at, until } = kit
  const { media: muted } = kit.leg()
  const { media: loud } = kit.leg()
  const room = engine.room()
  room.enter(media, HEARD, 'Conference')
  room.enter(muted, MUTED, 'Conference')
  room.enter(loud, HEARD, 'Conference')
  muted.sound(aSound(1800), 'one two three four')
  at(500, () => room.change(muted, HEARD))
  at(3000, () => loud.sound(aSound(1000), 'five six'))
  at(3600, () => room.change(media, HELD))
  at(6000, () => room.change(media, HEARD))
  at(6000, () => void room.run(playing(prompt('All hear this', 500, 1)), never()))
  await until(9000)
  assert.deepEqual(told, ['2600 outbound three four', '4400 outbound five', '7300 outbound All hear this'])
})

test('a leg has at most sixteen', async () => {
  const { media, follow, until } = transcribing()
  for (let count = 1; count < 16; count++) follow(media)
  const { transcription } = follow(media)
  await transcription.over
  await until(100)
})
