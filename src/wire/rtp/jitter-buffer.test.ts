import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ULAW_SILENCE } from '../codec/g711.ts'
import { JitterBuffer, type Stretch } from './jitter-buffer.ts'
import { JITTER_LIMITS_BY_SIZE, type JitterLimits } from './jitter-limits.ts'

const FRAME = 160
const LETTER: Record<Stretch, string> = { sound: '?', lost: 'x', silence: '_', empty: '.' }

/** A frame whose every sample is loud and tells its number, 1 to 99. */
const codesOf = (frame: number, length = FRAME) => new Uint8Array(length).fill(frame)
const SILENT = new Uint8Array(FRAME).fill(ULAW_SILENCE)

class Line {
  readonly buffer: JitterBuffer

  constructor(limits?: JitterLimits) {
    this.buffer = new JitterBuffer(limits)
  }

  /** Frames by their numbers: sequence and timestamp go with them. */
  put(...frames: number[]): this {
    for (const frame of frames) this.buffer.put(frame & 0xffff, (frame * FRAME) >>> 0, codesOf(frame % 100))
    return this
  }

  /** One word a take: the number heard, x for lost, _ for silence, . for nothing; parts of a take are joined by +. */
  take(count = 1): string {
    const into = new Uint8Array(FRAME)
    const words: string[] = []
    for (let take = 0; take < count; take++) {
      const parts: string[] = []
      let next = 0
      this.buffer.take(into, (stretch, same, from, to) => {
        assert.equal(same, into)
        assert.equal(from, next)
        assert.ok(to > from)
        next = to
        if (stretch !== 'sound') return parts.push(LETTER[stretch])
        for (let at = from; at < to; at++)
          if (at === from || into[at] !== into[at - 1]) parts.push(into[at] === ULAW_SILENCE ? 's' : String(into[at]))
      })
      assert.equal(next, FRAME)
      words.push(parts.join('+'))
    }
    return words.join(' ')
  }

  /** Put and take in turn, as a line without jitter does; 0 puts nothing. */
  run(...frames: number[]): string {
    return frames.map((frame) => (frame === 0 ? this : this.put(frame)).take()).join(' ')
  }
}

const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, index) => first + index)

test('the first frame is held back 40 ms, then all come in order', () => {
  assert.equal(new Line().run(1, 2, 3, 4, 5, 0, 0), '_ _ 1 2 3 4 5')
})

test('before anything came there is nothing', () => assert.equal(new Line().take(3), '. . .'))

test('a lost frame is told where it is missing', () => {
  assert.equal(new Line().run(1, 2, 0, 4, 5, 6), '_ _ 1 2 x 4')
})

test('frames that overtake each other, or come twice, are heard in order and once', () => {
  const line = new Line().put(1, 3, 2, 3, 1)
  assert.equal(line.take(2), '_ _')
  assert.equal(line.put(5, 4, 5).take(5), '1 2 3 4 5')
  assert.equal(line.buffer.counts.duplicates, 3)
})

test('a frame that comes after its successor was heard is left out, and counted', () => {
  const line = new Line().put(1, 3)
  assert.equal(line.take(5), '_ _ 1 x 3')
  line.put(2)
  assert.equal(line.put(4).take(), '4')
  assert.equal(line.buffer.counts.late, 1)
})

test('a frame that comes late, but before anything after it was heard, is not cut', () => {
  const line = new Line().put(1)
  assert.equal(line.take(5), '_ _ 1 x x')
  assert.equal(line.put(2, 3, 4).take(3), '2 3 4')
  assert.deepEqual([line.buffer.counts.late, line.buffer.counts.insertedSamples], [0, 2 * FRAME])
})

test('sequence numbers and timestamps wrap', () => {
  const line = new Line()
  const words: string[] = []
  for (let frame = 0; frame < 40; frame++) {
    line.buffer.put((65_520 + frame) & 0xffff, (2 ** 32 - 20 * FRAME + frame * FRAME) >>> 0, codesOf(frame + 1))
    words.push(line.take())
  }
  assert.deepEqual(words.slice(2), upTo(38).map(String))
})

test('a sender whose clock jumps with every packet is heard each time', () => {
  const line = new Line()
  line.run(1, 2, 3, 0, 0)
  for (let count = 1; count < 80; count++) {
    line.buffer.put(100 + count, (count * 987_654_321) >>> 0, codesOf(count))
    assert.match(line.take(4), new RegExp(` ${count}( |$)`))
  }
})

for (const ptimeMs of [10, 30, 40, 60])
  test(`packets of ${ptimeMs} ms are cut into 20 ms without a gap`, () => {
    const length = ptimeMs * 8
    const buffer = new JitterBuffer()
    const heard: number[] = []
    const into = new Uint8Array(FRAME)
    for (let ms = 0, packet = 0; ms < 1200; ms += 10) {
      if (ms % ptimeMs === 0) {
        const codes = Uint8Array.from({ length }, (_, at) => 1 + ((packet * length + at) % 97))
        buffer.put(packet, packet * length, codes)
        packet += 1
      }
      if (ms % 20 === 0)
        buffer.take(into, (what, _, from, to) => what === 'sound' && heard.push(...into.subarray(from, to)))
    }
    assert.ok(heard.length > 1000 * 8)
    for (const [at, code] of heard.entries()) assert.equal(code, 1 + (at % 97))
    assert.equal(buffer.counts.concealedSamples, 0)
  })

test('a lost packet of 30 ms is a hole of 30 ms', () => {
  const line = new Line()
  for (const packet of [0, 2]) line.buffer.put(packet, packet * 240, codesOf(packet + 1, 240))
  assert.equal(line.take(5), '_ _ 1 1+x x')
  line.buffer.put(3, 720, codesOf(4, 240))
  assert.equal(line.take(3), '3 3+4 4')
})

test('the first word after a pause is not cut, however long the pause was', () => {
  for (const takes of [1, 10, 100, 5000]) {
    const line = new Line()
    line.run(...upTo(20))
    line.take(takes)
    // Three frames stood in the buffer; the sender counts on through the pause.
    const next = 20 + takes + 1
    const words: string[] = []
    for (let index = 0; index < 6; index++) {
      line.buffer.put(21 + index, (next + index) * FRAME, codesOf(50 + index))
      words.push(line.take())
    }
    assert.deepEqual(words.join(' ').match(/\d+/g)?.slice(-4), ['50', '51', '52', '53'], `${takes}: ${words}`)
  }
})

test('a first word that comes 100 ms later than the pause allowed is not cut', () => {
  const line = new Line()
  line.run(...upTo(20))
  line.take(105)
  const words: string[] = []
  for (let index = 0; index < 6; index++) {
    line.buffer.put(21 + index, (121 + index) * FRAME, codesOf(50 + index))
    words.push(line.take())
  }
  assert.equal(words.join(' '), '50 51 52 53 54 55')
})

test('a sender whose timestamps stand still in pauses is not cut either', () => {
  const line = new Line()
  line.run(...upTo(20))
  line.take(500)
  assert.equal(line.run(...upTo(25, 21)), '_ _ 21 22 23')
})

test('a pause between neighbours is silence, not loss', () => {
  const line = new Line().put(1)
  line.buffer.put(2, 5 * FRAME, codesOf(5))
  assert.equal(line.take(7), '_ _ 1 _ _ _ 5')
  assert.equal(line.buffer.counts.concealedSamples, 0)
})

test('a pause that the sender tells is silence until it speaks again', () => {
  const line = new Line()
  line.run(1, 2, 3)
  line.buffer.putSilence(4, 4 * FRAME)
  assert.equal(line.take(20), `2 3${' _'.repeat(18)}`)
  line.buffer.put(5, 25 * FRAME, codesOf(25))
  assert.equal(line.take(3).at(-1), '_')
  line.buffer.put(6, 26 * FRAME, codesOf(26))
  assert.equal(line.take(2), '25 26')
  assert.equal(line.buffer.counts.concealedSamples, 0)
})

test('keys between sound make silence, not loss', () => {
  const line = new Line()
  line.run(1, 2, 3)
  for (let packet = 4; packet < 11; packet++) {
    line.buffer.putSilence(packet, 4 * FRAME)
    line.take()
  }
  assert.equal(line.run(11, 12, 13, 14), '_ _ 11 12')
  assert.equal(line.buffer.counts.concealedSamples, 0)
})

test('keys sent beside sound change nothing of it', () => {
  const line = new Line()
  let sequence = 0
  const words: string[] = []
  for (let frame = 1; frame < 20; frame++) {
    line.buffer.put(sequence++, frame * FRAME, codesOf(frame))
    if (frame > 5 && frame < 15) line.buffer.putSilence(sequence++, 6 * FRAME)
    words.push(line.take())
  }
  assert.deepEqual(words.slice(2), upTo(17).map(String))
})

test('once the sender is gone, loss becomes nothing', () => {
  const line = new Line()
  line.run(1, 2, 3)
  assert.equal(line.take(14), `2 3${' x'.repeat(8)}${' .'.repeat(4)}`)
})

test('timestamps that jump forward or back begin anew behind what is there', () => {
  for (const jump of [50_000, 8_000_000, -50_000, -160, 2 ** 31]) {
    const line = new Line()
    line.run(1, 2, 3, 4, 5)
    const words: string[] = []
    for (let index = 0; index < 5; index++) {
      line.buffer.put(6 + index, (6 * FRAME + jump + index * FRAME) >>> 0, codesOf(6 + index))
      words.push(line.take())
    }
    assert.equal(words.join(' '), '4 5 6 7 8', `jump of ${jump}`)
    assert.equal(line.buffer.counts.jumps, 1)
  }
})

test('one stray timestamp costs no more than its own place', () => {
  const line = new Line()
  line.run(...upTo(10))
  line.buffer.put(11, 77_777_777, codesOf(11))
  line.take()
  assert.match(line.run(...upTo(20, 12)), /^10 11 (_ )*12 13 14 15/)
})

test('another source goes on behind what is there of the first', () => {
  const line = new Line()
  line.run(1, 2, 3, 4)
  line.buffer.restart()
  const words: string[] = []
  for (let index = 0; index < 4; index++) {
    line.buffer.put(40_000 + index, 123_456 + index * FRAME, codesOf(60 + index))
    words.push(line.take())
  }
  assert.equal(words.join(' '), '3 4 60 61')
})

test('a burst after a stall keeps the newest and no more delay than allowed', () => {
  const line = new Line()
  line.run(...upTo(10))
  line.take(50)
  line.put(...upTo(60, 11))
  const words = line.take(8).split(' ')
  assert.deepEqual(words.slice(0, 7), upTo(60, 54).map(String))
  assert.ok(line.buffer.counts.droppedSamples > 0)
})

test('after a spike of delay the buffer is long, and in silence becomes short again', () => {
  const line = new Line()
  line.run(...upTo(10))
  assert.equal(line.take(4), '9 10 x x')
  line.put(...upTo(14, 11))
  let frame = 15
  let sequence = 15
  const delays: number[] = []
  for (; frame < 600; frame++, sequence++) {
    line.buffer.put(sequence, frame * FRAME, SILENT)
    line.take()
    delays.push(line.buffer.delayMs)
  }
  assert.equal(Math.max(...delays), 80)
  assert.equal(delays.at(-1), 40)
  assert.equal(line.buffer.counts.droppedSamples, 2 * FRAME)
})

test('no frame of speech is passed over to become short again', () => {
  const line = new Line()
  line.run(...upTo(10))
  line.take(4)
  line.put(...upTo(14, 11))
  const words: string[] = []
  for (let frame = 15; frame < 600; frame++) {
    line.buffer.put(frame, frame * FRAME, codesOf(1 + (frame % 80)))
    words.push(line.take())
  }
  assert.equal(line.buffer.counts.droppedSamples, 0)
  assert.equal(line.buffer.counts.concealedSamples, 2 * FRAME)
})

test('one packet too late changes nothing, two make the buffer longer in the next silence', () => {
  const line = new Line()
  // Frames 5 and 10 come a take after their successors were heard.
  assert.equal(line.run(1, 2, 3, 4, 6, 7, 8), '_ _ 1 2 3 4 x')
  assert.equal(line.run(9), '6')
  assert.equal(line.put(5).run(11, 12, 13), '7 8 9')
  assert.equal(line.buffer.counts.insertedSamples, 0)
  assert.equal(line.run(14, 15), 'x 11')
  line.put(10)
  const words: string[] = []
  for (let frame = 16; frame < 22; frame++) {
    line.buffer.put(frame, frame * FRAME, SILENT)
    words.push(line.take())
  }
  assert.equal(words.join(' '), '12 13 14 15 s s')
  assert.deepEqual([line.buffer.counts.late, line.buffer.counts.insertedSamples], [2, 2 * FRAME])
})

test('when packets are too late, the buffer becomes longer in a hole too', () => {
  const line = new Line()
  line.run(1, 2, 3, 4, 6, 7, 8, 9)
  line.put(5).run(11, 12, 13, 14, 15)
  line.put(10)
  // Frame 17 is lost: its hole is heard twice as long, and nothing is cut for it.
  assert.equal(line.run(16, 18, 19, 20, 21, 22, 23, 24), '12 13 14 15 16 x x 18')
  assert.deepEqual([line.buffer.counts.late, line.buffer.counts.insertedSamples], [2, FRAME])
})

/** @param ppm how much faster the sender's clock is than ours */
function drift(ppm: number, seconds: number, silentEvery: number) {
  const buffer = new JitterBuffer()
  const into = new Uint8Array(FRAME)
  const delays: number[] = []
  const speech = codesOf(20)
  const stepMs = 20 / (1 + ppm / 1e6)
  let next = 7
  let frame = 0
  for (let now = 0; now < seconds * 1000; now += 20) {
    for (; next <= now; next += stepMs) {
      buffer.put(frame & 0xffff, frame * FRAME, frame % silentEvery < 5 ? SILENT : speech)
      frame += 1
    }
    buffer.take(into, () => {})
    delays.push(buffer.delayMs)
  }
  return { counts: buffer.counts, delayMs: Math.max(...delays.slice(500)) }
}

test('a sender that is 300 millionths too fast costs only silence', () => {
  const { counts, delayMs } = drift(300, 1200, 50)
  assert.ok(delayMs <= 80, `${delayMs}`)
  assert.equal(counts.concealedSamples, 0)
  const frames = counts.droppedSamples / FRAME
  assert.ok(frames >= 15 && frames <= 19, `${frames}`)
})

test('a sender that is too fast and never silent stays within the longest delay', () => {
  const { counts, delayMs } = drift(300, 1200, Number.POSITIVE_INFINITY)
  assert.ok(delayMs <= 140, `${delayMs}`)
  assert.equal(counts.concealedSamples, 0)
})

test('a sender that is 300 millionths too slow is waited for', () => {
  const { counts, delayMs } = drift(-300, 1200, 50)
  assert.ok(delayMs <= 80, `${delayMs}`)
  assert.equal(counts.late, 0)
  const frames = counts.insertedSamples / FRAME
  assert.ok(frames >= 15 && frames <= 19, `${frames}`)
})

test('without a buffer a frame is heard at once, and the newest of a burst', () => {
  const line = new Line(JITTER_LIMITS_BY_SIZE.off)
  assert.equal(line.run(1, 2, 3), '1 2 3')
  assert.equal(line.take(2), 'x x')
  assert.equal(line.put(4, 5, 6).run(7, 8), '6 7')
})

for (const [size, { minMs, maxMs }] of Object.entries(JITTER_LIMITS_BY_SIZE))
  test(`size ${size}: the first frame waits ${minMs} ms, none more than ${maxMs}`, () => {
    const line = new Line({ minMs, maxMs })
    line.put(1)
    assert.equal(
      line
        .take(minMs / 20 + 1)
        .split(' ')
        .at(-1),
      '1',
    )
    line.put(...upTo(99, 2))
    const waits = line.take(100).split(' ').indexOf('99')
    assert.ok(waits * 20 <= maxMs && waits * 20 >= Math.min(maxMs, 97 * 20) - 20, `${waits} takes`)
  })

test('what is no frame of sound is left out', () => {
  const { buffer } = new Line()
  buffer.put(1, 0, new Uint8Array(0))
  buffer.put(2, 0, new Uint8Array(1601))
  assert.deepEqual([buffer.counts.discarded, buffer.counts.packets], [2, 2])
  buffer.put(3, 0, new Uint8Array(1600))
  assert.equal(buffer.counts.discarded, 2)
})
