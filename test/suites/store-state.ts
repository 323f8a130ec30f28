/** The part of the store's suite about what changes: calls, resources, age, closing and opening again. */
import assert from 'node:assert/strict'
import { describe } from 'node:test'
import type { CallFilter, ResourceType, Store, Write } from '../../src/journal/store.ts'
import type { AccountSid } from '../../src/lib/ids.ts'
import { placesOf, readAll, type StoreTest, sidsOf } from './store-bed.ts'
import {
  ACCOUNT,
  aCall,
  aFact,
  anAlert,
  anExchange,
  anIntent,
  aResource,
  at,
  callSid,
  OTHER_ACCOUNT,
  writeCall,
  writeRecording,
  writeResource,
} from './store-samples.ts'

/** All there are; the compiler says when one is missing. */
const RESOURCE_TYPES: Readonly<Record<ResourceType, true>> = {
  account: true,
  key: true,
  number: true,
  application: true,
  phone: true,
  sound: true,
  queue: true,
  transcription: true,
  'sip-domain': true,
  'sip-credential-list': true,
  'sip-credential': true,
  'sip-ip-list': true,
  'sip-ip-address': true,
  'sip-mapping': true,
  'sip-trunk': true,
}

export function stateSuite(name: string, storeTest: StoreTest): void {
  describe(`${name}: calls`, () => {
    storeTest('a call comes back as last written', async (store, reopen) => {
      await store.append([writeCall()])
      assert.deepEqual(await store.call(callSid(1)), aCall())
      const steps: Parameters<typeof aCall>[0][] = [
        { status: 'ringing', startedAt: at(5) },
        { status: 'in-progress', startedAt: at(5) },
        { status: 'in-progress', startedAt: at(5), row: { answeredBy: 'human', long: 'x'.repeat(20_000) } },
        { status: 'completed', startedAt: at(5), endedAt: at(9), live: false },
        { status: 'completed', endedAt: at(9), live: false, to: '+1', from: 'x', parentCallSid: callSid(7) },
      ]
      for (const step of steps) {
        await store.append([writeCall(step)])
        assert.deepEqual(await store.call(callSid(1)), aCall(step))
      }
      assert.deepEqual(await (await reopen()).call(callSid(1)), aCall(steps.at(-1)))
    })

    storeTest('an entry about a call whose state was never written makes no call', async (store) => {
      await store.append([aFact({ callSid: callSid(1) })])
      assert.equal(await store.call(callSid(1)), null)
      assert.deepEqual(await store.calls({ accountSid: ACCOUNT }, { after: null, max: 10 }), [])
      await store.append([writeCall()])
      assert.deepEqual(await store.call(callSid(1)), aCall())
    })

    storeTest('live calls are those written as live last', async (store, reopen) => {
      for (const n of [1, 2, 3]) await store.append([writeCall({ sid: callSid(n) })])
      await store.append([writeCall({ sid: callSid(2), live: false, endedAt: at(4) })])
      assert.deepEqual(sidsOf(await store.liveCalls()), [callSid(1), callSid(3)])
      assert.deepEqual(sidsOf(await (await reopen()).liveCalls()), [callSid(1), callSid(3)])
    })

    storeTest('calls are listed newest first, by pages, whatever is written to them later', async (store) => {
      for (let n = 1; n <= 7; n++) await store.append([writeCall({ sid: callSid(n), createdAt: at(n) })])
      await store.append([writeCall({ sid: callSid(2), createdAt: at(2), status: 'ringing' })])
      await store.append([writeCall({ sid: callSid(8), accountSid: OTHER_ACCOUNT })])
      const list = async (after: number | null, max: number) =>
        sidsOf(await store.calls({ accountSid: ACCOUNT }, { after: after === null ? null : callSid(after), max }))
      assert.deepEqual(await list(null, 1001), [7, 6, 5, 4, 3, 2, 1].map(callSid))
      assert.deepEqual(await list(null, 3), [7, 6, 5].map(callSid))
      assert.deepEqual(await list(5, 3), [4, 3, 2].map(callSid))
      assert.deepEqual(await list(1, 3), [])
      await store.append([{ kind: 'delete-call', callSid: callSid(4) }])
      assert.deepEqual(await list(4, 2), [3, 2].map(callSid), 'behind a call deleted since the last page')
    })

    const FILTERS: readonly (readonly [sentence: string, filter: Omit<CallFilter, 'accountSid'>, found: number[]])[] = [
      ['no filter', {}, [4, 3, 2, 1]],
      ['to', { to: '+1222' }, [2]],
      ['from', { from: '+1999' }, [4, 3]],
      ['parent', { parentCallSid: callSid(1) }, [3, 2]],
      ['status', { status: 'completed' }, [4, 1]],
      ['started from (inclusive)', { startedFrom: at(200) }, [4, 2]],
      ['started before (exclusive)', { startedTo: at(200) }, [1]],
      ['started between', { startedFrom: at(100), startedTo: at(201) }, [2, 1]],
      ['ended from (inclusive)', { endedFrom: at(150) }, [4, 1]],
      ['ended before (exclusive)', { endedTo: at(500) }, [1]],
      ['started and ended', { startedFrom: at(100), endedFrom: at(151) }, [4]],
      ['everything', { to: '+1444', from: '+1999', status: 'completed', startedFrom: at(0), endedTo: at(501) }, [4]],
      ['two that do not meet', { to: '+1111', from: '+1999' }, []],
    ]
    storeTest('every filter alone and together finds its calls, also by pages of one', async (store) => {
      await store.append([
        writeCall({ sid: callSid(1), to: '+1111', status: 'completed', startedAt: at(100), endedAt: at(150) }),
        writeCall({ sid: callSid(2), to: '+1222', parentCallSid: callSid(1), status: 'ringing', startedAt: at(200) }),
        writeCall({ sid: callSid(3), to: '+1333', from: '+1999', parentCallSid: callSid(1) }),
        writeCall({
          sid: callSid(4),
          to: '+1444',
          from: '+1999',
          status: 'completed',
          startedAt: at(400),
          endedAt: at(500),
        }),
        writeCall({ sid: callSid(5), to: '+1222', accountSid: OTHER_ACCOUNT, startedAt: at(200), endedAt: at(300) }),
      ])
      for (const [sentence, some, found] of FILTERS) {
        const filter = { accountSid: ACCOUNT, ...some }
        assert.deepEqual(sidsOf(await store.calls(filter, { after: null, max: 100 })), found.map(callSid), sentence)
        const paged = []
        for (let after = null; ; after = paged.at(-1)!) {
          const page = sidsOf(await store.calls(filter, { after, max: 1 }))
          if (page.length === 0) break
          paged.push(...(page as ReturnType<typeof callSid>[]))
        }
        assert.deepEqual(paged, found.map(callSid), `${sentence}, by pages`)
      }
    })

    storeTest(
      'a deleted call is gone with all that belongs to it, and nothing written late brings it back',
      async (store, reopen) => {
        const belongings: Write[] = [
          writeCall(),
          aFact({ place: 1 }),
          anExchange({ place: 2 }),
          anAlert({ place: 3 }),
          anIntent(),
        ]
        await store.append(belongings)
        await store.append([
          writeCall({ sid: callSid(2) }),
          aFact({ callSid: callSid(2), place: 9 }),
          anIntent({ callSid: callSid(2) }),
        ])
        const nothingLeft = async (store: Store) => {
          assert.equal(await store.call(callSid(1)), null)
          assert.deepEqual(sidsOf(await store.liveCalls()), [callSid(2)])
          assert.deepEqual(sidsOf(await store.calls({ accountSid: ACCOUNT }, { after: null, max: 9 })), [callSid(2)])
          assert.deepEqual(await store.exchangesOfCall(callSid(1), -1, 9), [])
          assert.deepEqual(await store.factsOfCall(callSid(1), [], 9), [])
          assert.deepEqual(await store.alerts({ accountSid: ACCOUNT }, 9), [])
          assert.equal(await store.lastPlace(callSid(1)), -1)
          assert.deepEqual(
            (await store.openIntents()).map((intent) => intent.callSid),
            [callSid(2)],
          )
          assert.deepEqual(placesOf((await readAll(store, 9)).map(({ entry }) => entry)), [9])
        }
        const gone = store.append([{ kind: 'delete-call', callSid: callSid(1) }])
        await nothingLeft(store)
        await gone
        assert.equal((await store.append(belongings)).length, 3)
        await nothingLeft(store)
        await nothingLeft(await reopen())
      },
    )
  })

  describe(`${name}: resources`, () => {
    storeTest('a resource is found by type and SID, changed in its place, and deleted', async (store, reopen) => {
      const [one, two, three] = ['PN1', 'PN2', 'PN3'].map((sid) => aResource({ sid }))
      await store.append([one!, two!, three!].map((resource) => ({ kind: 'resource', resource })))
      await store.append([writeResource({ type: 'phone', sid: 'PN1', row: { answer: 'busy' } })])
      assert.deepEqual(await store.resource('number', 'PN1'), one)
      assert.deepEqual((await store.resource('phone', 'PN1'))?.row, { answer: 'busy' })
      assert.equal(await store.resource('number', 'PN9'), null)
      const changed = aResource({ sid: 'PN1', row: { changed: true } })
      await store.append([
        { kind: 'resource', resource: changed },
        { kind: 'delete-resource', type: 'number', sid: 'PN2' },
      ])
      const look = async (store: Store) => {
        assert.deepEqual(await store.resources('number'), [changed, three])
        assert.equal(await store.resource('number', 'PN2'), null)
        assert.equal((await store.resources('phone')).length, 1)
      }
      await look(store)
      await look(await reopen())
    })

    storeTest('every type of resource is kept apart from the others', async (store, reopen) => {
      const types = Object.keys(RESOURCE_TYPES) as ResourceType[]
      await store.append(types.map((type) => writeResource({ type, sid: 'same', row: { type } })))
      const look = async (store: Store) => {
        for (const type of types)
          assert.deepEqual(
            (await store.resources(type)).map(({ row }) => row),
            [{ type }],
            type,
          )
      }
      await look(store)
      await look(await reopen())
    })

    storeTest('resources are listed oldest first, of one account or of all', async (store) => {
      const accounts: AccountSid[] = [ACCOUNT, OTHER_ACCOUNT, ACCOUNT]
      for (const [n, accountSid] of accounts.entries())
        await store.append([writeResource({ sid: `PN${9 - n}`, accountSid })])
      assert.deepEqual(sidsOf(await store.resources('number')), ['PN9', 'PN8', 'PN7'])
      assert.deepEqual(sidsOf(await store.resources('number', ACCOUNT)), ['PN9', 'PN7'])
    })

    storeTest('what a caller does to a resource it was given harms nobody else', async (store) => {
      const mine = { url: 'a' }
      await store.append([writeResource({ sid: 'PN1', row: mine })])
      mine.url = 'b'
      const got = (await store.resource('number', 'PN1'))?.row as { url: string }
      try {
        got.url = 'c'
      } catch {} // frozen, in a store that hands the same value to everyone
      assert.deepEqual((await store.resource('number', 'PN1'))?.row, { url: 'a' })
    })

    storeTest('an account keeps at most 10,000 of a type; the next is refused, a change is not', async (store) => {
      const writes = Array.from({ length: 10_000 }, (_, n) => writeResource({ sid: `PN${n}`, row: {} }))
      await store.append(writes)
      await assert.rejects(store.append([writeResource({ sid: 'PN-one-more' })]), /10000/)
      await store.append([writeResource({ sid: 'PN5', row: { changed: true } })])
      await store.append([writeResource({ sid: 'PN-other', accountSid: OTHER_ACCOUNT })])
      assert.equal((await store.resources('number', ACCOUNT)).length, 10_000)
    })
  })

  describe(`${name}: time`, () => {
    storeTest('old entries are erased in chunks, oldest first, and those of live calls stay', async (store) => {
      await store.append([writeCall({ sid: callSid(1), live: true }), writeCall({ sid: callSid(2), live: false })])
      for (const n of [1, 2, 3]) await store.append([aFact({ callSid: callSid(n), place: n, at: at(n) })])
      await store.append([
        anExchange({ callSid: null, place: 4, at: at(4) }),
        aFact({ callSid: callSid(2), place: 5, at: at(5) }),
      ])
      const left = async () => placesOf((await readAll(store, 10)).map(({ entry }) => entry))
      assert.equal(await store.eraseOlderThan(at(1), 10), 0)
      assert.equal(await store.eraseOlderThan(at(5), 2), 2)
      assert.deepEqual(await left(), [1, 4, 5])
      assert.equal(await store.eraseOlderThan(at(5), 2), 1)
      assert.equal(await store.eraseOlderThan(at(5), 2), 0)
      assert.deepEqual(await left(), [1, 5])
      assert.deepEqual(placesOf(await store.factsOfCall(callSid(1), [], 9)), [1])
      await store.append([writeCall({ sid: callSid(1), live: false })])
      assert.equal(await store.eraseOlderThan(at(5), 2), 1)
    })

    storeTest('a call outlives its erased entries', async (store) => {
      const ended = { live: false, endedAt: at(2) }
      await store.append([writeCall(ended), aFact()])
      await store.eraseOlderThan(at(1000), 10)
      assert.deepEqual(await store.call(callSid(1)), aCall(ended))
    })

    for (const [sentence, writes, instant] of [
      ['an empty journal', [], null],
      ['its newest entry', [aFact({ at: at(7) }), aFact({ at: at(3) })], at(7)],
      ['the start of a call', [writeCall({ createdAt: at(5), startedAt: at(9) }), aFact({ at: at(6) })], at(9)],
      [
        'a recording that was deleted',
        [aFact({ at: at(3) }), writeRecording({ createdAt: at(2), deletedAt: at(8) })],
        at(8),
      ],
      ['the end of a call', [writeCall({ startedAt: at(5), endedAt: at(11), live: false })], at(11)],
    ] as const)
      storeTest(`the last instant of ${sentence}, also after reopening`, async (store, reopen) => {
        await store.append(writes)
        assert.equal(await store.lastInstant(), instant)
        assert.equal(await (await reopen()).lastInstant(), instant)
      })

    storeTest('everything is there after reopening', async (store, reopen) => {
      await store.append([writeCall(), anExchange({ place: 1 }), anAlert({ place: 2 }), anIntent({ place: 3 })])
      await store.append([writeResource({ sid: 'PN1' }), { kind: 'cursor', reader: 'r', cursor: await store.head() }])
      const look = async (store: Store) => [
        await readAll(store, 10),
        await store.head(),
        await store.savedCursor('r'),
        await store.openIntents(),
        await store.call(callSid(1)),
        await store.alerts({ accountSid: ACCOUNT }, 10),
        await store.resources('number'),
      ]
      const before = await look(store)
      assert.deepEqual(await look(await reopen()), before)
    })

    storeTest(
      'closing commits what waits; a closed store refuses, and closing twice is allowed',
      async (store, reopen) => {
        const late = Array.from({ length: 50 }, (_, place) => store.append([aFact({ place })]))
        await store.close()
        await store.close()
        await Promise.all(late)
        await assert.rejects(store.append([aFact()]), /closed/)
        await assert.rejects(store.head(), /closed/)
        assert.equal((await readAll(await reopen(), 100)).length, 50)
      },
    )
  })
}
