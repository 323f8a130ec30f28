/** The audio of recordings over HTTP: which bytes, which headers, and who gets none. */
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { RecordingRecord } from '../../../engine/recording/recording-record.ts'
import type { RecordingSid } from '../../../lib/ids.ts'
import { createRestServer } from '../../server.ts'
import { ACCOUNT, aCall, authorization, fakePlatform, NOW, STRANGER, SUBACCOUNT, TOKEN } from '../fakes.ts'
import { over } from './fakes.ts'

const SID = `RE${'1'.repeat(32)}` as RecordingSid
const pathOf = (account: string) => `/2010-04-01/Accounts/${account}/Recordings/${SID}`
const path = pathOf(ACCOUNT)
/** 1000 bytes, each telling its place. */
const BYTES = Buffer.from(Array.from({ length: 1000 }, (_, at) => (at * 7) % 251))

async function platform(t: TestContext, about: Partial<RecordingRecord> = {}) {
  // A folder whose name begins with a dot, as the one in a home folder does.
  const folder = await mkdtemp(join(tmpdir(), '.ringback-media-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const fake = await fakePlatform()
  const app = createRestServer(fake.deps)
  await app.listen({ host: '127.0.0.1', port: 0 })
  t.after(() => app.close())
  const address = app.listeningOrigin
  const file = { path: join(folder, `${SID}.wav`), contentType: 'audio/x-wav' }
  await writeFile(file.path, BYTES)
  fake.recordings.put(over({ sid: SID, accountSid: ACCOUNT, callSid: aCall().sid, ...about }))
  fake.recordings.file = file
  const ask = (url: string, headers: Record<string, string> = {}, method = 'GET') =>
    fetch(address + url, { method, headers: { authorization: authorization(), ...headers } })
  return { ...fake, file, ask, address }
}

const jsonOf = (response: Response) => response.json() as Promise<{ sid?: string; code?: number; message?: string }>
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer())

for (const [url, wanted] of [
  [path, { format: 'wav', channels: null }],
  [`${path}.wav`, { format: 'wav', channels: null }],
  [`${path}.mp3`, { format: 'mp3', channels: null }],
  [`${path}?RequestedChannels=1`, { format: 'wav', channels: 1 }],
  [`${path}.mp3?RequestedChannels=2`, { format: 'mp3', channels: 2 }],
  [`${path}.wav?RequestedChannels=&other=.json`, { format: 'wav', channels: null }],
] as const)
  test(`${url.slice(path.length) || 'without a suffix the address'} is audio: ${wanted.format}`, async (t) => {
    const { ask, recordings, file } = await platform(t, { channels: 2 })
    recordings.file = { ...file, contentType: `audio/${wanted.format}` }
    const response = await ask(url)
    assert.equal(response.status, 200)
    assert.deepEqual(recordings.mediaAsked, [wanted])
    assert.deepEqual(await bytesOf(response), BYTES)
    assert.equal(response.headers.get('content-type'), `audio/${wanted.format}`)
    assert.equal(response.headers.get('content-length'), '1000')
    assert.equal(response.headers.get('accept-ranges'), 'bytes')
    assert.equal(response.headers.get('cache-control'), 'no-store')
    assert.match(response.headers.get('etag') ?? '', /^W\/".+"$/)
    assert.ok(Date.parse(response.headers.get('last-modified') ?? ''))
  })

test('with .json behind it the same address is the resource', async (t) => {
  const { ask, recordings } = await platform(t)
  const response = await ask(`${path}.json`)
  assert.equal((await jsonOf(response)).sid, SID)
  assert.deepEqual(recordings.mediaAsked, [])
})

for (const [range, from, to] of [
  ['bytes=0-0', 0, 0],
  ['bytes=0-43', 0, 43],
  ['bytes=100-299', 100, 299],
  ['bytes=999-999', 999, 999],
  ['bytes=990-', 990, 999],
  ['bytes=-10', 990, 999],
  ['bytes=0-', 0, 999],
  ['bytes=900-5000', 900, 999],
] as const)
  test(`${range} of 1000 bytes are those from ${from} to ${to}`, async (t) => {
    const { ask } = await platform(t)
    const response = await ask(path, { range })
    assert.equal(response.status, 206)
    assert.equal(response.headers.get('content-range'), `bytes ${from}-${to}/1000`)
    assert.equal(response.headers.get('content-length'), String(to - from + 1))
    assert.equal(response.headers.get('content-type'), 'audio/x-wav')
    assert.deepEqual(await bytesOf(response), BYTES.subarray(from, to + 1))
  })

for (const [what, range] of [
  ['several ranges', 'bytes=0-1,500-501'],
  ['another unit', 'samples=0-1'],
] as const)
  test(`${what} are answered with the whole`, async (t) => {
    const { ask } = await platform(t)
    const response = await ask(path, { range })
    assert.equal(response.status, 200)
    assert.deepEqual(await bytesOf(response), BYTES)
  })

// The last two are stricter than RFC 9110, which would have the whole for both.
for (const range of ['bytes=1000-1001', 'bytes=1000-', 'bytes=-0', 'bytes=-1001', 'bytes=a-b'])
  test(`${range} of 1000 bytes is refused with the length`, async (t) => {
    const { ask } = await platform(t)
    const response = await ask(path, { range })
    assert.equal(response.status, 416)
    assert.equal(response.headers.get('content-range'), 'bytes */1000')
    assert.equal((await jsonOf(response)).code, 20416)
  })

test('HEAD has the headers of GET and no body', async (t) => {
  const { ask } = await platform(t)
  const whole = await ask(path, {}, 'HEAD')
  assert.equal(whole.status, 200)
  assert.equal(whole.headers.get('content-length'), '1000')
  assert.equal(whole.headers.get('content-type'), 'audio/x-wav')
  assert.equal((await bytesOf(whole)).length, 0)
  const part = await ask(path, { range: 'bytes=10-19' }, 'HEAD')
  assert.equal(part.status, 206)
  assert.equal(part.headers.get('content-length'), '10')
})

test('who has the file already is told so, and a download goes on only if it is the same file', async (t) => {
  const { ask } = await platform(t)
  const first = await ask(path)
  const etag = first.headers.get('etag') ?? ''
  const lastModified = first.headers.get('last-modified') ?? ''
  await first.arrayBuffer()
  for (const [name, value] of [
    ['if-none-match', etag],
    ['if-modified-since', lastModified],
  ] as const) {
    // Left to itself, `fetch` would ask every cache to look again.
    const same = await ask(path, { [name]: value, 'cache-control': 'max-age=0' })
    assert.equal(same.status, 304)
    assert.equal((await bytesOf(same)).length, 0)
  }
  const range = 'bytes=500-'
  assert.equal((await ask(path, { range, 'if-range': etag })).status, 206)
  assert.equal((await ask(path, { range, 'if-range': '"another"' })).status, 200)
  const unmet = await ask(path, { 'if-match': '"another"' })
  assert.equal(unmet.status, 412)
  assert.equal((await jsonOf(unmet)).code, 20412)
})

for (const status of ['in-progress', 'paused', 'stopped', 'absent'] as const)
  test(`a recording that is ${status} has no audio to fetch`, async (t) => {
    const { ask, recordings } = await platform(t, { status })
    for (const end of ['', '.wav', '.mp3']) {
      const response = await ask(path + end)
      assert.equal(response.status, 404)
      assert.equal((await jsonOf(response)).message, `The requested resource ${path}${end} was not found`)
    }
    assert.deepEqual(recordings.mediaAsked, [])
  })

test('the audio of a deleted recording is gone, also for those who ask for deleted ones', async (t) => {
  const { ask } = await platform(t, { deletedAt: NOW })
  for (const url of [path, `${path}.wav`, `${path}.mp3`, `${path}?IncludeSoftDeleted=true`])
    assert.equal((await jsonOf(await ask(url))).code, 20404)
})

for (const [what, url, status, code] of [
  ['two channels of one', `${path}.wav?RequestedChannels=2`, 400, 16113],
  ['three channels', `${path}?RequestedChannels=3`, 400, 20001],
  ['no channels', `${path}?RequestedChannels=0`, 400, 20001],
  ['another format', `${path}.ogg`, 404, 20404],
  ['a subaccount’s path for it', pathOf(SUBACCOUNT), 404, 20404],
  ['a stranger’s path for it', pathOf(STRANGER), 404, 20404],
  ['an unknown recording', `${path.slice(0, -1)}0.wav`, 404, 20404],
] as const)
  test(`${what}: ${status}, ${code}`, async (t) => {
    const { ask } = await platform(t)
    const response = await ask(url)
    assert.deepEqual([response.status, (await jsonOf(response)).code], [status, code])
  })

test('nobody hears anything without credentials, or with those of others', async (t) => {
  const { address } = await platform(t)
  for (const [end, authorized, status] of [
    ['', null, 401],
    ['.wav', null, 401],
    ['.mp3', authorization(ACCOUNT, 'wrong'), 401],
    ['', authorization(STRANGER, TOKEN), 404],
    ['.wav', authorization(SUBACCOUNT, TOKEN), 404],
  ] as const) {
    const response = await fetch(address + path + end, {
      headers: authorized === null ? {} : { authorization: authorized },
    })
    assert.equal(response.status, status)
    assert.match(response.headers.get('content-type') ?? '', /json/)
  }
})

test('a file that is gone is not found, and while too much is converted the answer is to come again', async (t) => {
  const { ask, recordings, file } = await platform(t)
  recordings.file = 'missing'
  assert.equal((await ask(path)).status, 404)
  recordings.file = { ...file, path: `${file.path}.gone` }
  assert.equal((await jsonOf(await ask(path))).code, 20404)
  recordings.file = 'busy'
  const busy = await ask(`${path}.mp3`)
  assert.equal(busy.status, 503)
  assert.equal((await jsonOf(busy)).code, 20503)
})

test('only looking is possible: audio is neither posted nor put', async (t) => {
  const { ask } = await platform(t)
  for (const method of ['POST', 'PUT', 'PATCH']) {
    const response = await ask(`${path}.wav`, {}, method)
    assert.equal(response.status, 405)
    assert.equal(response.headers.get('allow'), 'GET, DELETE')
  }
})
