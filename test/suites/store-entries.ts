/** The part of the store's suite about what is appended: groups, cursors, one call's entries, intents, alerts. */
import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { type Cursor, START, type Store, type When } from '../../src/journal/store.ts'
import { alertSids, BAD, placesOf, readAll, type StoreTest, sidsOf } from './store-bed.ts'
import {
  ACCOUNT,
  aFact,
  anAlert,
  anExchange,
  anIntent,
  callSid,
  exchangeSid,
  OTHER_ACCOUNT,
  pressed,
  writeCall,
  writeResource,
} from './store-samples.ts'

export function entriesSuite(name: string, storeTest: StoreTest): void {
  describe(`${name}: entries and groups`, () => {
    storeTest('an entry comes back as it was written', async (store) => {
      const entries = [
        anExchange({
          hops: ['https://b.example.com/'],
          request: { method: 'GET', url: 'u', parameters: { a: ['1'] } },
        }),
        aFact({ callSid: null, body: pressed("'; DROP TABLE entries; --") }),
        anAlert({}, { message: 'a null \u0000 and a lone \ud800 surrogate', line: 3 }),
      ]
      const seqs = await store.append(entries)
      const read = await store.readAfter(START, 10)
      assert.deepEqual(
        read.entries,
        entries.map((entry, index) => ({ seq: seqs[index], entry })),
      )
    })

    storeTest('sequence numbers are those of facts and exchanges only, and grow', async (store) => {
      const first = await store.append([writeCall(), aFact(), anIntent(), anExchange()])
      const second = await store.append([aFact()])
      assert.equal(first.length, 2)
      const all = [...first, ...second]
      assert.deepEqual(
        all,
        all.toSorted((a, b) => a - b),
      )
      assert.equal(new Set(all).size, 3)
      assert.deepEqual(await store.append([]), [])
    })

    storeTest(
      'a group that may wait is written in its turn: alone, before one that may not, before a question',
      async (store) => {
        const alone = store.append([aFact({ place: 1 })], 'soon')
        await alone
        const ended: number[] = []
        const place = (n: number, when: When) => store.append([aFact({ place: n })], when).then(() => ended.push(n))
        await Promise.all([place(2, 'soon'), place(3, 'soon'), place(4, 'now'), place(5, 'soon'), place(6, 'soon')])
        assert.deepEqual(ended, [2, 3, 4, 5, 6])
        const asked = store.append([aFact({ place: 7 })], 'soon')
        assert.deepEqual(
          (await readAll(store, 100)).map(({ entry }) => entry.place),
          [1, 2, 3, 4, 5, 6, 7],
        )
        await asked
      },
    )

    storeTest('groups handed in at once are committed in that order, and promised in it', async (store) => {
      const ended: number[] = []
      const appends = Array.from({ length: 200 }, async (_, n) => {
        await store.append([aFact({ place: n }), aFact({ place: n, body: pressed('1') })])
        ended.push(n)
      })
      await Promise.all(appends)
      assert.deepEqual(ended, [...appends.keys()])
      const entries = await readAll(store, 1000)
      assert.deepEqual(
        placesOf(entries.map(({ entry }) => entry)),
        [...appends.keys()].flatMap((n) => [n, n]),
      )
    })

    storeTest('a group that cannot be written fails whole and alone', async (store) => {
      const good = [store.append([writeCall({ sid: callSid(1) }), aFact({ place: 1 })])]
      const bad = store.append([
        writeCall({ sid: callSid(2) }),
        aFact({ place: 2 }),
        anIntent(),
        writeResource({ sid: 'PN1' }),
        BAD,
        aFact({ place: 3 }),
      ])
      good.push(store.append([aFact({ place: 4 })]), store.append([anIntent({ place: 5 })]))
      await assert.rejects(bad)
      await Promise.all(good)
      assert.deepEqual(placesOf((await readAll(store, 10)).map(({ entry }) => entry)), [1, 4])
      assert.deepEqual(placesOf(await store.openIntents()), [5])
      assert.equal(await store.call(callSid(2)), null)
      assert.equal(await store.resource('number', 'PN1'), null)
      const seqs = (await readAll(store, 10)).map(({ seq }) => seq)
      assert.ok((await store.append([aFact()]))[0]! > Math.max(...seqs))
    })

    storeTest('a question sees every append begun before it', async (store) => {
      const pending = []
      for (let n = 0; n < 5; n++) {
        pending.push(store.append([aFact({ place: n }), writeCall({ status: `status-${n}` })]))
        const [facts, call] = [store.factsOfCall(callSid(1), [], 100), store.call(callSid(1))]
        pending.push(facts.then((seen) => assert.ok(seen.length >= n + 1, `append ${n}`)))
        pending.push(call.then((seen) => assert.ok(Number(seen?.status.slice(-1)) >= n, `append ${n}`)))
        pending.push(store.append([writeResource({ sid: `PN${n}` })]))
        pending.push(store.resource('number', `PN${n}`).then((seen) => assert.equal(seen?.sid, `PN${n}`)))
      }
      await Promise.all(pending)
    })

    storeTest('pages beyond the limits are refused', async (store) => {
      await assert.rejects(store.readAfter(START, 1001))
      await assert.rejects(store.exchangesOfCall(callSid(1), -1, 1002))
      await assert.rejects(store.factsOfCall(callSid(1), [], 10_001))
      await assert.rejects(store.calls({ accountSid: ACCOUNT }, { after: null, max: 1002 }))
      await assert.rejects(store.readAfter(START, 0.5))
      await assert.rejects(store.readAfter(START, -1))
    })
  })

  describe(`${name}: cursors`, () => {
    storeTest('pages follow one another without gap or repetition', async (store) => {
      for (let n = 0; n < 5; n++) await store.append([aFact({ place: 2 * n }), aFact({ place: 2 * n + 1 })])
      for (const max of [1, 3, 10, 1000]) {
        const places = placesOf((await readAll(store, max)).map(({ entry }) => entry))
        assert.deepEqual(places, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], `pages of ${max}`)
      }
    })

    storeTest('at the end a page is empty and its cursor stays', async (store) => {
      assert.deepEqual(await store.readAfter(START, 10), { entries: [], cursor: START })
      await store.append([aFact()])
      const { cursor } = await store.readAfter(START, 10)
      assert.deepEqual(await store.readAfter(cursor, 10), { entries: [], cursor })
    })

    storeTest('the head is behind everything written, and nothing else', async (store) => {
      await store.append([aFact({ place: 1 })])
      const head = await store.head()
      await store.append([aFact({ place: 2 })])
      assert.deepEqual(placesOf((await readAll(store, 10, head)).map(({ entry }) => entry)), [2])
    })

    storeTest('the cursor at an entry is the one that a page ending with it gives', async (store) => {
      const [first] = await store.append([aFact({ place: 1 }), aFact({ place: 2 })])
      assert.equal(store.cursorAt(first!), (await store.readAfter(START, 1)).cursor)
      assert.deepEqual(placesOf((await readAll(store, 9, store.cursorAt(first!))).map(({ entry }) => entry)), [2])
    })

    storeTest(
      'a reader that saved nothing starts at the start; a saved cursor is there with its group',
      async (store) => {
        assert.equal(await store.savedCursor('sink-1'), START)
        const [seq] = await store.append([aFact()])
        const cursor = store.cursorAt(seq!)
        await store.append([{ kind: 'cursor', reader: 'sink-1', cursor }])
        assert.equal(await store.savedCursor('sink-1'), cursor)
        assert.equal(await store.savedCursor('sink-2'), START)
        await assert.rejects(store.append([{ kind: 'cursor', reader: 'sink-1', cursor: await store.head() }, BAD]))
        await store.append([aFact(), { kind: 'cursor', reader: 'sink-2', cursor }])
        assert.deepEqual([await store.savedCursor('sink-1'), await store.savedCursor('sink-2')], [cursor, cursor])
      },
    )

    for (const cursor of ['nonsense', '1; DROP TABLE entries', '-1', '9'.repeat(40)])
      storeTest(`a cursor that this journal never gave (${cursor.slice(0, 12)}) is refused`, async (store) => {
        await assert.rejects(store.readAfter(cursor as Cursor, 10), { name: 'WireError' })
      })

    storeTest(
      'a sequence number is never given twice, even when the newest entries are gone',
      async (store, reopen) => {
        const [first] = await store.append([aFact()])
        await store.append([{ kind: 'delete-call', callSid: callSid(1) }])
        const [second] = await (await reopen()).append([aFact({ callSid: callSid(2) })])
        assert.ok(second! > first!)
      },
    )
  })

  describe(`${name}: one call's entries`, () => {
    storeTest('exchanges come in the order of their places, whenever they were written', async (store) => {
      for (const place of [4, 0, 2, 1, 3]) await store.append([anExchange({ place }), aFact({ place: 10 + place })])
      await store.append([anExchange({ place: 5, callSid: callSid(2) }), anExchange({ place: 6, callSid: null })])
      const places = async (after: number, max: number) => placesOf(await store.exchangesOfCall(callSid(1), after, max))
      assert.deepEqual(await places(-1, 1001), [0, 1, 2, 3, 4])
      assert.deepEqual(await places(1, 2), [2, 3])
      assert.deepEqual(await places(4, 2), [])
      assert.deepEqual(await store.exchangesOfCall(callSid(9), -1, 10), [])
    })

    storeTest('facts come in the order of their places, of the kinds named or all', async (store) => {
      await store.append([aFact({ place: 3, body: pressed('1') }), anAlert({ place: 2 }), anExchange({ place: 1 })])
      await store.append([aFact({ place: 0 }), aFact({ place: 7, callSid: callSid(2) })])
      const places = async (kinds: Parameters<Store['factsOfCall']>[1], max = 10_000) =>
        placesOf(await store.factsOfCall(callSid(1), kinds, max))
      assert.deepEqual(await places([]), [0, 2, 3])
      assert.deepEqual(await places(['pressed', 'call-status']), [0, 3])
      assert.deepEqual(await places(['said']), [])
      assert.deepEqual(await places([], 2), [0, 2])
    })

    storeTest('the last place counts entries and open intents, and is -1 without any', async (store) => {
      assert.equal(await store.lastPlace(callSid(1)), -1)
      await store.append([writeCall(), aFact({ place: 99, callSid: callSid(2) })])
      assert.equal(await store.lastPlace(callSid(1)), -1)
      await store.append([aFact({ place: 3 }), anExchange({ place: 1 })])
      assert.equal(await store.lastPlace(callSid(1)), 3)
      await store.append([anIntent({ place: 5, sid: exchangeSid(5) })])
      assert.equal(await store.lastPlace(callSid(1)), 5)
      await store.closeIntents([exchangeSid(5)])
      assert.equal(await store.lastPlace(callSid(1)), 3)
    })
  })

  describe(`${name}: intents`, () => {
    storeTest('an intent is open until its exchange is written, and is no entry', async (store, reopen) => {
      const intents = [1, 2, 3].map((n) =>
        anIntent({ sid: exchangeSid(n), place: n, callSid: n === 3 ? null : callSid(1) }),
      )
      await store.append([aFact(), ...intents])
      assert.deepEqual(await store.openIntents(), intents)
      assert.equal((await readAll(store, 10)).length, 1)
      await store.append([anExchange({ sid: exchangeSid(2), place: 2 })])
      assert.deepEqual(placesOf(await store.openIntents()), [1, 3])
      const reopened = await reopen()
      assert.deepEqual(await reopened.openIntents(), [intents[0], intents[2]])
      await reopened.append([anExchange({ sid: exchangeSid(3), place: 3, callSid: null }), anIntent({ place: 4 })])
      assert.deepEqual(placesOf(await reopened.openIntents()), [1, 4])
    })

    storeTest('a refused group leaves the intent of its exchange open', async (store) => {
      await store.append([anIntent({ sid: exchangeSid(1) })])
      await assert.rejects(store.append([anExchange({ sid: exchangeSid(1) }), BAD]))
      assert.deepEqual(sidsOf(await store.openIntents()), [exchangeSid(1)])
    })

    storeTest('an intent and its exchange in one group leave the exchange', async (store) => {
      await store.append([anIntent({ sid: exchangeSid(1) }), anExchange({ sid: exchangeSid(1) })])
      assert.deepEqual(await store.openIntents(), [])
      assert.equal((await store.exchangesOfCall(callSid(1), -1, 10)).length, 1)
    })

    storeTest('intents are closed by their SIDs; others and unknown ones do not mind', async (store) => {
      await store.append([1, 2, 3].map((n) => anIntent({ sid: exchangeSid(n) })))
      await store.closeIntents([exchangeSid(1), exchangeSid(3), exchangeSid(9)])
      assert.deepEqual(sidsOf(await store.openIntents()), [exchangeSid(2)])
    })
  })

  describe(`${name}: alerts`, () => {
    storeTest('alerts come newest first, by account and by call, and page by the last one seen', async (store) => {
      const alerts = Array.from({ length: 7 }, (_, n) => anAlert({ place: n, callSid: callSid(1 + (n % 2)) }))
      for (const alert of alerts) await store.append([aFact(), alert])
      await store.append([anAlert({ accountSid: OTHER_ACCOUNT }), anAlert({ callSid: null, place: 7 })])
      const places = async (filter: { callSid?: ReturnType<typeof callSid>; before?: string }, max = 100) =>
        placesOf(await store.alerts({ accountSid: ACCOUNT, ...filter }, max))
      assert.deepEqual(await places({}), [7, 6, 5, 4, 3, 2, 1, 0])
      assert.deepEqual(await places({ callSid: callSid(2) }), [5, 3, 1])
      const [before] = alertSids([alerts[4]!])
      assert.deepEqual(await places({ before: before! }, 2), [3, 2])
      assert.deepEqual(await places({ before: before!, callSid: callSid(1) }), [2, 0])
      assert.deepEqual(await places({ before: 'NO-unknown' }), [])
      assert.equal((await store.alerts({ accountSid: OTHER_ACCOUNT }, 10)).length, 1)
      assert.deepEqual(await store.alerts({ accountSid: OTHER_ACCOUNT, callSid: callSid(2) }, 10), [])
    })
  })
}
