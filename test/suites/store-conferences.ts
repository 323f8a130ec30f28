/** The part of the store's suite about conferences: what is known of them, and their lists. */
import assert from 'node:assert/strict'
import { describe } from 'node:test'
import type { ConferenceFilter, Store } from '../../src/journal/store.ts'
import type { ConferenceSid } from '../../src/lib/ids.ts'
import { BAD, type StoreTest, sidsOf } from './store-bed.ts'
import { ACCOUNT, aConference, at, conferenceSid, OTHER_ACCOUNT, writeConference } from './store-samples.ts'

const everything = { accountSid: ACCOUNT } as const

/** SIDs of all that match, by pages of `max`. */
async function listed(store: Store, filter: ConferenceFilter, max: number): Promise<ConferenceSid[]> {
  const sids: ConferenceSid[] = []
  for (;;) {
    const page = await store.conferences(filter, { after: sids.at(-1) ?? null, max })
    if (page.length === 0) return sids
    assert.ok(page.length <= max)
    sids.push(...page.map(({ sid }) => sid))
  }
}

export function conferencesSuite(name: string, storeTest: StoreTest): void {
  describe(`${name}: conferences`, () => {
    storeTest('a conference comes back as last written', async (store, reopen) => {
      assert.equal(await store.conference(conferenceSid(1)), null)
      const steps: Parameters<typeof aConference>[0][] = [
        {},
        { status: 'in-progress', updatedAt: at(3), row: { participants: [], long: 'x'.repeat(20_000) } },
        { status: 'completed', live: false, updatedAt: at(9) },
        { friendlyName: '"O\'Neil" & söhne', accountSid: OTHER_ACCOUNT, createdAt: at(4) },
      ]
      for (const step of steps) {
        await store.append([writeConference(step)])
        assert.deepEqual(await store.conference(conferenceSid(1)), aConference(step))
      }
      assert.deepEqual(await (await reopen()).conference(conferenceSid(1)), aConference(steps.at(-1)))
    })

    storeTest('a conference is committed with its group or not at all', async (store) => {
      await assert.rejects(store.append([writeConference(), BAD]))
      assert.equal(await store.conference(conferenceSid(1)), null)
    })

    storeTest('live conferences are those written as live last, oldest first', async (store, reopen) => {
      for (const n of [3, 1, 2]) await store.append([writeConference({ sid: conferenceSid(n) })])
      await store.append([writeConference({ sid: conferenceSid(1), live: false, status: 'completed' })])
      await store.append([writeConference({ sid: conferenceSid(3), status: 'in-progress' })])
      const look = async (store: Store) =>
        assert.deepEqual(sidsOf(await store.liveConferences()), [conferenceSid(3), conferenceSid(2)])
      await look(store)
      await look(await reopen())
    })

    storeTest('conferences are listed newest first, by pages, whatever is written to them later', async (store) => {
      // 2 to 4 in the same millisecond: the order in which they were first written counts.
      for (const [n, created] of [
        [1, 5],
        [2, 7],
        [3, 7],
        [4, 7],
        [5, 6],
      ] as const)
        await store.append([writeConference({ sid: conferenceSid(n), createdAt: at(created) })])
      await store.append([writeConference({ sid: conferenceSid(2), createdAt: at(7), status: 'completed' })])
      await store.append([writeConference({ sid: conferenceSid(6), accountSid: OTHER_ACCOUNT, createdAt: at(6) })])
      const all = [4, 3, 2, 5, 1].map(conferenceSid)
      for (const max of [1, 2, 5, 1001]) assert.deepEqual(await listed(store, everything, max), all, `pages of ${max}`)
      assert.deepEqual(await store.conferences(everything, { after: conferenceSid(99), max: 2 }), [])
      await assert.rejects(store.conferences(everything, { after: null, max: 1002 }), /1002/)
    })

    const FILTERS: readonly (readonly [sentence: string, some: Partial<ConferenceFilter>, found: number[]])[] = [
      ['no filter', {}, [4, 3, 2, 1]],
      ['name', { friendlyName: 'stand-up' }, [4, 3, 1]],
      ['another case of the name', { friendlyName: 'Stand-up' }, []],
      ['init', { status: 'init' }, [4]],
      ['in progress', { status: 'in-progress' }, [3]],
      ['over', { status: 'completed' }, [2, 1]],
      ['name and status', { friendlyName: 'stand-up', status: 'completed' }, [1]],
      ['live, by name', { friendlyName: 'stand-up', status: 'in-progress' }, [3]],
      ['created from (inclusive)', { createdFrom: at(300) }, [4, 3]],
      ['created before (exclusive)', { createdTo: at(300) }, [2, 1]],
      ['updated from (inclusive)', { updatedFrom: at(350) }, [4, 2]],
      ['updated before (exclusive)', { updatedTo: at(350) }, [3, 1]],
      ['created and updated', { createdTo: at(300), updatedFrom: at(350) }, [2]],
      [
        'everything',
        { friendlyName: 'stand-up', status: 'in-progress', createdFrom: at(200), updatedTo: at(340) },
        [3],
      ],
    ]
    storeTest('every filter alone and together finds its conferences, also by pages of one', async (store) => {
      const over = { status: 'completed', live: false } as const
      await store.append([
        writeConference({ sid: conferenceSid(1), createdAt: at(100), updatedAt: at(150), ...over }),
        writeConference({ sid: conferenceSid(2), createdAt: at(200), updatedAt: at(350), friendlyName: 'b', ...over }),
        writeConference({ sid: conferenceSid(3), createdAt: at(300), updatedAt: at(310), status: 'in-progress' }),
        writeConference({ sid: conferenceSid(4), createdAt: at(400), updatedAt: at(400) }),
        writeConference({ sid: conferenceSid(5), createdAt: at(250), accountSid: OTHER_ACCOUNT }),
      ])
      for (const [sentence, some, found] of FILTERS) {
        const filter = { ...everything, ...some }
        assert.deepEqual(await listed(store, filter, 100), found.map(conferenceSid), sentence)
        assert.deepEqual(await listed(store, filter, 1), found.map(conferenceSid), `${sentence}, by pages`)
      }
    })

    storeTest('the newest change to a conference is where a virtual clock goes on', async (store, reopen) => {
      await store.append([writeConference({ updatedAt: at(12) })])
      assert.equal(await store.lastInstant(), at(12))
      assert.equal(await (await reopen()).lastInstant(), at(12))
    })
  })
}
