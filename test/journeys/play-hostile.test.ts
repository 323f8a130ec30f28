/** `<Play>` of files that are broken, lie, or never end: each is told to the developer, and the call goes on. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeWav, toneSamples } from '../../src/wire/codec/test-sound-files.ts'
import type { AppAnswer, Handler } from '../kit/customer-app.ts'
import { journey } from '../kit/journey.ts'
import { callPhone, near } from '../kit/recordings.ts'

const tone = {
  channels: [toneSamples({ hz: 440, sampleRate: 8000, lengthMs: 1000 })],
  sampleRate: 8000,
  coding: 'pcm16',
} as const
const wav = makeWav(tone)
const claiming4GiB = makeWav({ ...tone, claims: { dataBytes: 0xffffffff } })
const zeros = new Uint8Array(64 * 1024)

/** A tag that claims a quarter of a gigabyte, and a picture that seems to fill it. */
const id3Bomb = Buffer.concat([
  Buffer.from('ID3\x04\0\0\x7f\x7f\x7f\x7fAPIC\x7f\x7f\x7f\x7f', 'latin1'),
  Buffer.alloc(2_000_000),
])
/** The same at each run. */
const noise = Uint8Array.from({ length: 50_000 }, (_, at) => (Math.imul(at + 1, 2_654_435_761) >>> 16) & 0xff)

async function* endless(beginning: Uint8Array, pauseMs = 0): AsyncGenerator<Uint8Array> {
  yield beginning
  for (;;) {
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs))
    yield zeros
  }
}
const sent =
  (type: string, body: AppAnswer['body']): Handler =>
  () => ({
    headers: { 'content-type': type },
    body: body ?? '',
  })

interface Hostile {
  readonly what: string
  readonly route: Handler
  /** After the file's address. */
  readonly suffix?: string
  /** The alert, null when what is there is played. */
  readonly alert: { readonly code: number; readonly message: RegExp } | null
  /** What is heard of it. */
  readonly playedMs?: number
}

const notPlayable = (message: RegExp) => ({ code: 13420, message })

const HOSTILE: readonly Hostile[] = [
  {
    what: 'a WAV that claims 4 GiB: what is there is played',
    route: sent('audio/wav', claiming4GiB),
    alert: null,
    playedMs: 1000,
  },
  {
    what: 'a WAV cut in the middle: what is there is played',
    route: sent('audio/wav', wav.subarray(0, 44 + 8000)),
    alert: null,
    playedMs: 500,
  },
  {
    what: 'a WAV cut in its header',
    route: sent('audio/wav', wav.subarray(0, 30)),
    alert: notPlayable(/WAV file is broken/),
  },
  { what: 'no bytes at all', route: sent('audio/mpeg', ''), alert: notPlayable(/empty/) },
  {
    what: 'a web page that says it is MP3',
    route: sent('audio/mpeg', '<!DOCTYPE html><html><body>Please log in</body></html>'),
    alert: notPlayable(/web page or other text/),
  },
  {
    what: 'a web page that says what it is',
    route: sent('text/html', '<html></html>'),
    alert: notPlayable(/text\/html is not a type/),
  },
  {
    what: 'a type that cannot be played',
    route: sent('application/octet-stream', wav),
    alert: notPlayable(/octet-stream/),
  },
  { what: 'no type', route: () => ({ body: wav }), alert: notPlayable(/no Content-Type/) },
  { what: 'a tag that claims 256 MB', route: sent('audio/mpeg', id3Bomb), alert: notPlayable(/no MP3 audio/) },
  { what: 'noise that says it is WAV', route: sent('audio/wav', noise), alert: notPlayable(/not of a kind/) },
  {
    what: 'a stream that comes as fast as it can and never ends: 40 minutes are played',
    route: () => ({ headers: { 'content-type': 'audio/wav' }, body: endless(claiming4GiB.subarray(0, 44)) }),
    alert: null,
    playedMs: 40 * 60_000,
  },
  {
    what: 'a stream that trickles and never ends',
    route: () => ({ headers: { 'content-type': 'audio/wav' }, body: endless(wav.subarray(0, 44), 50) }),
    suffix: '#tt=700',
    alert: { code: 11203, message: /did not finish its answer/ },
  },
  {
    what: 'no answer',
    route: () => ({ hang: true }),
    suffix: '#rt=300',
    alert: { code: 11200, message: /did not answer/ },
  },
  { what: 'a broken connection', route: () => ({ reset: true }), alert: { code: 11205, message: /connection/i } },
  {
    what: 'redirects in a circle',
    route: () => ({ status: 302, headers: { location: '/file' } }),
    alert: { code: 11215, message: /redirect/i },
  },
  { what: 'a redirect to nowhere', route: () => ({ status: 302 }), alert: { code: 11216, message: /./ } },
  {
    what: 'a file that is not there',
    route: () => ({ status: 404, headers: { 'content-type': 'audio/wav' }, body: wav }),
    alert: { code: 11200, message: /404/ },
  },
  { what: 'a server in trouble', route: () => ({ status: 503 }), alert: { code: 11200, message: /503/ } },
]

for (const { what, route, suffix = '', alert, playedMs } of HOSTILE)
  test(`Play: ${what}`, async (t) => {
    const run = await journey(t, {
      '/voice': () => `<Play>/file${suffix}</Play><Say>Going on.</Say>`,
      '/file': route,
    })
    const { sid, heard } = await callPhone(run, [])
    const { alerts } = await run.ringback.ask<{ alerts: { code: number; level: string; message: string }[] }>(
      'GET',
      `/Alerts?callSid=${sid}`,
    )
    const last = heard.heard.at(-1)
    assert.deepEqual([last?.text, last?.playedMs, heard.status], ['Going on.', 540, 'completed'])
    if (alert === null) {
      assert.deepEqual(alerts, [])
      near(heard.heard[0]?.lengthMs, playedMs ?? 0)
    } else {
      assert.deepEqual(
        alerts.map(({ code, level }) => [code, level]),
        [[alert.code, 'error']],
      )
      assert.match(alerts[0]!.message, alert.message)
      assert.equal(heard.heard.length, 1)
    }
  })

test('in a Gather what cannot be played is passed over, and keys are still collected', async (t) => {
  const run = await journey(t, {
    '/voice': () =>
      '<Gather action="/done" numDigits="1"><Play>/missing</Play><Say>Press one.</Say><Play>/noise</Play></Gather>',
    '/noise': sent('audio/wav', noise),
    '/done': () => '<Hangup/>',
  })
  const { heard } = await callPhone(run, [{ hear: 'press one' }, { press: '1' }])
  assert.equal((await run.app.requested('/done')).parameters.Digits, '1')
  assert.deepEqual(
    heard.heard.map(({ text }) => text),
    ['Press one.'],
  )
})
