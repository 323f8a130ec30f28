/** Datagrams that nobody meant to send: good ones, spoilt at random, the same ones for the same seed. */

/** Mulberry32: numbers from 0 to 1. */
export function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** What parsers stumble over. */
const PIECES = [
  '\r\n',
  '\r',
  '\n',
  '\r\n ',
  '\r\n\r\n',
  '\0',
  ' ',
  '\t',
  ',',
  ';',
  ':',
  '=',
  '"',
  '\\',
  '<',
  '>',
  '@',
  '%',
  '%0',
  '%00',
  '%ff',
  '?',
  '&',
  '*',
  '[',
  ']',
  '-1',
  '4294967296',
  '99999999999999999999',
  'SIP/2.0',
  'SIP/3.0',
  'sip:',
  'sips:',
  'tel:',
  'urn:x',
  'z9hG4bK',
  ';tag=',
  ';rport',
  ';lr',
  ';;',
  ',,',
  'Via: ',
  'v:',
  'l: 5\r\n',
  'Content-Length: ',
  'To: ',
  'CSeq: 1 ',
  'Contact: *',
  'Require: x\r\n',
  'constructor',
  '__proto__',
  'é',
  '\ufeff',
  '\u{1f4de}',
  ' '.repeat(300),
  ';a=b'.repeat(70),
]
  .map((text) => Buffer.from(text))
  .concat(Buffer.of(0xc3, 0x28, 0xff, 0xed, 0xa0, 0x80))
const BYTES_MAX = 8192

interface Place {
  readonly before: Buffer
  readonly behind: Buffer
  /** How much of what is behind is meant. */
  readonly size: number
  readonly corpus: readonly Buffer[]
  readonly below: (end: number) => number
}

const CHANGES: readonly (readonly [times: number, change: (place: Place) => readonly Buffer[]])[] = [
  [1, ({ before }) => [before]],
  [1, ({ before, corpus, below }) => [before, corpus[below(corpus.length)]!.subarray(below(200))]],
  [2, ({ before, behind, size }) => [before, behind.subarray(0, size), behind]],
  [2, ({ before, behind, size }) => [before, behind.subarray(size)]],
  [2, ({ before, behind, size, below }) => [before, piece(below), behind.subarray(size)]],
  [4, ({ before, behind, below }) => [before, Buffer.of(below(256)), behind.subarray(1)]],
  [4, ({ before, behind, below }) => [shuffledLines(Buffer.concat([before, behind]), below)]],
  [8, ({ before, behind, below }) => [before, piece(below), behind]],
]
const DRAWN = CHANGES.flatMap(([times, change]) => Array.from({ length: times }, () => change))

export function mutated(corpus: readonly Buffer[], random: () => number): Buffer {
  const below = (end: number) => Math.floor(random() * end)
  let bytes = corpus[below(corpus.length)]!
  // Few, mostly: what is spoilt all over is refused at its first line.
  for (let changes = random() < 0.6 ? 1 : 1 + below(4); changes > 0; changes--) {
    const at = below(bytes.length + 1)
    const size = below(random() < 0.9 ? 20 : 400)
    const change = DRAWN[below(DRAWN.length)]!
    bytes = Buffer.concat(change({ before: bytes.subarray(0, at), behind: bytes.subarray(at), size, corpus, below }))
  }
  return bytes.subarray(0, BYTES_MAX)
}

const piece = (below: (end: number) => number): Buffer => PIECES[below(PIECES.length)]!

/** One line goes to another's place. */
function shuffledLines(bytes: Buffer, below: (end: number) => number): Buffer {
  const lines = bytes.toString('latin1').split('\r\n')
  const [line] = lines.splice(below(lines.length), 1)
  lines.splice(below(lines.length + 1), 0, line!)
  return Buffer.from(lines.join('\r\n'), 'latin1')
}
