/** What one participant is played alone: backgrounds, announcements that interrupt them, and the end of both. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ANNOUNCEMENTS_MAX, type Play, SoloSound } from './solo-sound.ts'

/** Plays that tell when they begin and end, and end when they are cut or let end. */
function stage() {
  const log: string[] = []
  const ends = new Map<string, () => void>()
  const play =
    (name: string): Play =>
    (stop) => {
      log.push(`${name} begins`)
      return new Promise((resolve) => {
        ends.set(name, () => {
          log.push(`${name} ends`)
          resolve('ended')
        })
        stop.addEventListener('abort', () => {
          log.push(`${name} cut`)
          resolve('stopped')
        })
      })
    }
  const end = async (name: string) => {
    ends.get(name)?.()
    await settle()
  }
  return { log, play, end }
}

const settle = () => new Promise((resolve) => setImmediate(resolve))

test('an announcement interrupts the background, which begins anew behind it', async () => {
  const { log, play, end } = stage()
  const sound = new SoloSound()
  sound.setBackground(play('music'))
  const announced = sound.announce(play('news'))
  await settle()
  await end('news')
  assert.equal(await announced, 'ended')
  assert.deepEqual(log, ['music begins', 'music cut', 'news begins', 'news ends', 'music begins'])
})

test('announcements come one after the other; a new background waits for them', async () => {
  const { log, play, end } = stage()
  const sound = new SoloSound()
  void sound.announce(play('first'))
  void sound.announce(play('second'))
  sound.setBackground(play('music'))
  await end('first')
  await end('second')
  assert.deepEqual(log, ['first begins', 'first ends', 'second begins', 'second ends', 'music begins'])
})

test('a background that is over is followed by silence, also behind an announcement', async () => {
  const { log, play, end } = stage()
  const sound = new SoloSound()
  sound.setBackground(play('words'))
  await end('words')
  assert.equal(sound.hasBackground, false)
  void sound.announce(play('news'))
  await end('news')
  assert.deepEqual(log, ['words begins', 'words ends', 'news begins', 'news ends'])
})

test('another background cuts the one before', async () => {
  const { log, play } = stage()
  const sound = new SoloSound()
  sound.setBackground(play('music'))
  sound.setBackground(play('hold'))
  await settle()
  sound.setBackground(null)
  await settle()
  assert.deepEqual(log, ['music begins', 'music cut', 'hold begins', 'hold cut'])
})

test('the end cuts what plays and what waits, and nothing is played behind it', async () => {
  const { log, play } = stage()
  const sound = new SoloSound()
  const announced = [sound.announce(play('first')), sound.announce(play('second'))]
  sound.end()
  sound.end()
  sound.setBackground(play('music'))
  announced.push(sound.announce(play('third')))
  assert.deepEqual(await Promise.all(announced), ['stopped', 'stopped', 'stopped'])
  assert.deepEqual(log, ['first begins', 'first cut'])
})

test('only so many announcements wait', async () => {
  const { play } = stage()
  const sound = new SoloSound()
  void sound.announce(play('first'))
  for (let n = 0; n < ANNOUNCEMENTS_MAX; n++) void sound.announce(play('more'))
  assert.equal(await sound.announce(play('one too many')), 'failed')
})
