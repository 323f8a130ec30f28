import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NamedSounds } from '../../engine/sounds/named-sounds.ts'
import { aLibrary, MemoryCache, MemoryRows } from '../../engine/sounds/test-library.ts'
import { silentLogger } from '../../lib/logger.ts'
import { ACCOUNT, aPlatform, OTHER_ACCOUNT } from './test-platform.ts'

function aSoundPlatform() {
  const pinned = new MemoryCache()
  const { library, clock, decoder } = aLibrary({ pinned })
  const named = new NamedSounds({ clock, logger: silentLogger, journal: new MemoryRows(), library, pinned })
  const platform = aPlatform({ audio: { library, named } })
  const upload = async (
    name: string,
    body: Buffer,
    headers: Record<string, string> = { 'content-type': 'audio/basic' },
  ) => platform.app.inject({ method: 'PUT', url: `/ringback/v1/Sounds/${name}`, headers, payload: body })
  return { ...platform, clock, named, decoder, upload }
}

/** The test's decoder takes bytes as µ-law. */
const aFile = (code: number, lengthMs = 2) => Buffer.alloc(lengthMs * 8, code)

test('a file is uploaded, read, listed, played by its name, and deleted', async () => {
  const { ask, upload, named, clock } = aSoundPlatform()
  const put = await upload('welcome.wav', aFile(7), { 'content-type': 'Audio/Basic; rate=8000' })
  assert.equal(put.statusCode, 200)
  const view = put.json()
  assert.match(view.soundId, /^[0-9a-f]{32}$/)
  const at = '1970-01-01T00:00:00.000Z'
  const { soundId } = view
  assert.deepEqual(view, { name: 'welcome.wav', lengthMs: 2, soundId, dateCreated: at, dateUpdated: at })
  assert.deepEqual((await ask('GET', '/Sounds/welcome.wav')).json(), view)
  assert.deepEqual((await ask('GET', '/Sounds')).json(), { sounds: [view], nextPageToken: null })
  assert.equal((await named.namedSound(ACCOUNT, 'welcome.wav'))?.ulaw[0], 7)

  await clock.advance(1000)
  const replaced = (await upload('welcome.wav', aFile(8, 3))).json()
  assert.deepEqual([replaced.lengthMs, replaced.dateCreated], [3, at])
  assert.equal(replaced.dateUpdated, '1970-01-01T00:00:01.000Z')

  assert.equal((await ask('DELETE', '/Sounds/welcome.wav')).statusCode, 204)
  for (const method of ['GET', 'DELETE'] as const) {
    const gone = await ask(method, '/Sounds/welcome.wav')
    assert.deepEqual([gone.statusCode, gone.json().code], [404, 20404])
  }
})

test('sounds are listed in pages, and those of one account are not seen by another', async () => {
  const { ask, upload } = aSoundPlatform()
  for (const name of ['c', 'a', 'b']) await upload(name, aFile(7))
  const names = (page: { sounds: { name: string }[] }) => page.sounds.map(({ name }) => name)
  const first = (await ask('GET', '/Sounds?pageSize=2')).json()
  assert.deepEqual([names(first), first.nextPageToken], [['a', 'b'], 'b'])
  const second = (await ask('GET', '/Sounds?pageSize=2&pageToken=b')).json()
  assert.deepEqual([names(second), second.nextPageToken], [['c'], null])
  const other = { account: OTHER_ACCOUNT }
  assert.equal((await ask('GET', '/Sounds/a', undefined, other)).statusCode, 404)
  assert.equal((await ask('DELETE', '/Sounds/a', undefined, other)).statusCode, 404)
  assert.deepEqual((await ask('GET', '/Sounds', undefined, other)).json().sounds, [])
})

for (const type of [
  'audio/wav',
  'audio/mpeg',
  'application/octet-stream',
  'application/x-www-form-urlencoded',
  'application/json',
  null,
])
  test(`a file sent as ${type ?? 'nothing in particular'} is taken as it is`, async () => {
    const { upload } = aSoundPlatform()
    const put = await upload('x', aFile(0x7b), type === null ? {} : { 'content-type': type })
    assert.deepEqual([put.statusCode, put.json().lengthMs], [200, 2])
  })

for (const [what, name, body, status, message] of [
  ['that is no sound', 'x', aFile(0), 400, 'The request is malformed: audio/basic is not played'],
  ['without bytes', 'x', Buffer.alloc(0), 400, 'The request is malformed: the body is empty, expected an audio file'],
  [
    'under a name with a blank',
    'a%20b',
    aFile(7),
    400,
    "Parameter name is not valid: 'a b', expected a name of up to 64 letters, digits, dots, dashes and underscores",
  ],
  ['under too long a name', 'x'.repeat(65), aFile(7), 400, /^Parameter name is not valid: 'x+', expected a name of/],
  ['of more than 20 MiB', 'x', Buffer.alloc(20 * 1024 * 1024 + 1, 7), 413, 'The request body is larger than 20 MiB'],
] as const)
  test(`a file ${what} is refused with a sentence`, async () => {
    const { ask, upload } = aSoundPlatform()
    const put = await upload(name, body)
    assert.equal(put.statusCode, status)
    if (typeof message === 'string') assert.equal(put.json().message, message)
    else assert.match(put.json().message, message)
    assert.deepEqual((await ask('GET', '/Sounds')).json().sounds, [])
  })

test('a file of 20 MiB is taken', async () => {
  const { upload } = aSoundPlatform()
  const put = await upload('long', Buffer.alloc(20 * 1024 * 1024, 7))
  assert.deepEqual([put.statusCode, put.json().lengthMs], [200, 40 * 60_000])
})

test('files are for who has credentials, and other resources still read JSON only', async () => {
  const { ask, app } = aSoundPlatform()
  assert.equal((await ask('PUT', '/Sounds/x', 'x', { account: 'nobody' })).statusCode, 401)
  const headers = { 'content-type': 'audio/wav' }
  const phone = await app.inject({ method: 'PUT', url: '/ringback/v1/Phones/+15551230001', headers, payload: 'x' })
  assert.notEqual(phone.statusCode, 200)
})

test('so many files may be uploaded at a time', async () => {
  const { upload, decoder } = aSoundPlatform()
  const gate = Promise.withResolvers<void>()
  const decode = decoder.decode.bind(decoder)
  decoder.decode = async (...file) => {
    await gate.promise
    return decode(...file)
  }
  const waiting = Array.from({ length: 8 }, (_, n) => upload('x', aFile(n + 2)))
  const refused = await upload('x', aFile(7))
  assert.deepEqual([refused.statusCode, refused.json().message], [429, 'Too many requests: 8 files are being uploaded'])
  gate.resolve()
  for (const put of await Promise.all(waiting)) assert.equal(put.statusCode, 200)
  assert.equal((await upload('x', aFile(7))).statusCode, 200)
})
