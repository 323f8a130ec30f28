import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Write } from '../../journal/store.ts'
import type { AccountSid } from '../../lib/ids.ts'
import { NAMED_SOUNDS_MAX, type NamedSound, NamedSounds } from './named-sounds.ts'
import { aLibrary, MemoryCache, MemoryRows } from './test-library.ts'

const ACCOUNT = `AC${'0'.repeat(32)}` as AccountSid
const OTHER_ACCOUNT = `AC${'9'.repeat(32)}` as AccountSid

function aShelf() {
  const pinned = new MemoryCache()
  const { library, clock, decoder, cache, told } = aLibrary({ pinned })
  const journal = new MemoryRows()
  const named = new NamedSounds({
    clock,
    logger: { debug() {}, info() {}, warn: (_, message) => void told.push({ level: 'warn', message }), error() {} },
    journal,
    library,
    pinned,
  })
  return { named, pinned, clock, journal, decoder, cache, told, library }
}

const aFile = (code: number, lengthMs = 2) => ({
  bytes: new Uint8Array(lengthMs * 8).fill(code),
  mediaType: 'audio/basic',
})

async function put(named: NamedSounds, accountSid: AccountSid, name: string, file: ReturnType<typeof aFile>) {
  const result = await named.put(accountSid, name, file)
  assert.ok(typeof result === 'object' && 'soundId' in result, `${name} is kept`)
  return result satisfies NamedSound
}

test('a sound is found by its name, by the account that gave it', async () => {
  const { named, library, clock } = aShelf()
  const hello = await put(named, ACCOUNT, 'hello.wav', aFile(7))
  assert.deepEqual([hello.lengthMs, hello.createdAt, hello.updatedAt], [2, 0, 0])
  assert.deepEqual(await named.get(ACCOUNT, 'hello.wav'), hello)
  assert.equal(await named.namedSound(ACCOUNT, 'hello.wav'), await library.byId(hello.soundId))
  assert.equal(await named.get(OTHER_ACCOUNT, 'hello.wav'), null)
  assert.equal(await named.namedSound(OTHER_ACCOUNT, 'hello.wav'), null)
  await clock.advance(50)
  const again = await put(named, ACCOUNT, 'hello.wav', aFile(8, 3))
  assert.deepEqual([again.lengthMs, again.createdAt, again.updatedAt], [3, 0, 50])
  assert.equal((await named.namedSound(ACCOUNT, 'hello.wav'))?.ulaw[0], 8)
  assert.deepEqual(clock.holds(), [])
})

test('names are listed in their order, after one of them', async () => {
  const { named } = aShelf()
  for (const name of ['c', 'a', 'B', 'b']) await put(named, ACCOUNT, name, aFile(7))
  const names = async (after: string, max: number) => (await named.list(ACCOUNT, after, max)).map(({ name }) => name)
  assert.deepEqual(await names('', 9), ['B', 'a', 'b', 'c'])
  assert.deepEqual(await names('a', 1), ['b'])
  assert.deepEqual(await named.list(OTHER_ACCOUNT, '', 9), [])
})

test('a sound outlives the cache, and is unpinned when the last name for it is gone', async () => {
  const { named, pinned, cache, library } = aShelf()
  const { soundId } = await put(named, ACCOUNT, 'one', aFile(7))
  await put(named, ACCOUNT, 'two', aFile(7))
  await put(named, OTHER_ACCOUNT, 'three', aFile(7))
  await library.settled()
  cache.files.clear()
  assert.deepEqual([...pinned.files.keys()], [soundId])
  assert.equal(await named.delete(ACCOUNT, 'one'), true)
  assert.equal(await named.delete(ACCOUNT, 'one'), false)
  await put(named, ACCOUNT, 'two', aFile(8))
  assert.ok(pinned.files.has(soundId), 'three still means it')
  assert.equal(await named.delete(OTHER_ACCOUNT, 'three'), true)
  assert.ok(!pinned.files.has(soundId))
  assert.equal(pinned.files.size, 1, 'what two means now')
})

test('giving a name again to the same sound keeps the sound', async () => {
  const { named, pinned } = aShelf()
  const { soundId } = await put(named, ACCOUNT, 'one', aFile(7))
  await put(named, ACCOUNT, 'one', aFile(7))
  assert.deepEqual([...pinned.files.keys()], [soundId])
})

test('one name taken away while another is given to the same sound: the sound stays', async () => {
  const { named, pinned } = aShelf()
  const { soundId } = await put(named, ACCOUNT, 'one', aFile(7))
  await Promise.all([named.delete(ACCOUNT, 'one'), put(named, ACCOUNT, 'two', aFile(7)), named.delete(ACCOUNT, 'x')])
  assert.deepEqual([...pinned.files.keys()], [soundId])
})

for (const [what, bytes, unplayable] of [
  ['that is none', Uint8Array.of(0, 0), 'audio/basic is not played'],
  ['with nothing in it', new Uint8Array(0), 'There is nothing to hear in the file'],
] as const)
  test(`a file ${what} gets no name`, async () => {
    const { named, journal, pinned } = aShelf()
    assert.deepEqual(await named.put(ACCOUNT, 'x', { bytes, mediaType: 'audio/basic' }), { unplayable })
    assert.deepEqual([journal.rows.size, pinned.files.size], [0, 0])
  })

test('an account has so many names and so many hours, and may still change what it has', async () => {
  const { named, journal } = aShelf()
  const { soundId } = await put(named, ACCOUNT, 'n0', aFile(7))
  const row = (name: string, lengthMs: number): Write => ({
    kind: 'resource',
    resource: {
      type: 'sound',
      sid: `${ACCOUNT}/${name}`,
      accountSid: ACCOUNT,
      createdAt: 0 as NamedSound['createdAt'],
      row: { accountSid: ACCOUNT, name, lengthMs, soundId },
    },
  })
  for (let n = 1; n < NAMED_SOUNDS_MAX; n++) await journal.append([row(`n${n}`, 1)])
  assert.equal(await named.put(ACCOUNT, 'one more', aFile(8)), 'too-many')
  await put(named, ACCOUNT, 'n1', aFile(8))
  await put(named, OTHER_ACCOUNT, 'one more', aFile(8))
  await journal.append([row('n2', 24 * 3600 * 1000 - 1000 - 10)])
  assert.equal(await named.put(ACCOUNT, 'n3', aFile(8, 100)), 'too-long')
  await put(named, ACCOUNT, 'n2', aFile(8, 100))
})

test('a sound that cannot be kept gets no name; one that cannot be removed harms nobody', async () => {
  const { named, pinned, told, journal } = aShelf()
  pinned.fault = new Error('the disk is full')
  await assert.rejects(named.put(ACCOUNT, 'x', aFile(7)), /full/)
  assert.equal(journal.rows.size, 0)
  pinned.fault = null
  await put(named, ACCOUNT, 'x', aFile(7))
  pinned.fault = new Error('the disk is read-only')
  assert.equal(await named.delete(ACCOUNT, 'x'), true)
  assert.deepEqual(told, [{ level: 'warn', message: 'the file of a deleted sound could not be removed' }])
})
