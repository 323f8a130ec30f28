/** The part of the store's suite about recordings: what is known of them, their lists, and their end. */
import assert from 'node:assert/strict'
import { describe } from 'node:test'
import type { RecordingFilter, Store } from '../../src/journal/store.ts'
import type { ConferenceSid, RecordingSid } from '../../src/lib/ids.ts'
import { BAD, type StoreTest, sidsOf } from './store-bed.ts'
import {
  ACCOUNT,
  aRecording,
  at,
  callSid,
  OTHER_ACCOUNT,
  recordingSid,
  writeCall,
  writeRecording,
} from './store-samples.ts'

const CONFERENCE = `CF${'1'.repeat(32)}` as ConferenceSid
const everything = { accountSid: ACCOUNT, deleted: true } as const

/** SIDs of all that match, by pages of `max`. */
async function listed(store: Store, filter: RecordingFilter, max: number): Promise<RecordingSid[]> {
  const sids: RecordingSid[] = []
  for (;;) {
    const page = await store.recordings(filter, { after: sids.at(-1) ?? null, max })
    if (page.length === 0) return sids
    assert.ok(page.length <= max)
    sids.push(...page.map(({ sid }) => sid))
  }
}

export function recordingsSuite(name: string, storeTest: StoreTest): void {
  describe(`${name}: recordings`, () => {
    storeTest('a recording comes back as last written', async (store, reopen) => {
      assert.equal(await store.recording(recordingSid(1)), null)
      const steps: Parameters<typeof aRecording>[0][] = [
        {},
        { row: { status: 'paused', long: 'x'.repeat(20_000) } },
        { live: false, row: { status: 'completed', lengthMs: 1234 } },
        { live: false, deletedAt: at(9), row: { status: 'completed' } },
        { live: false, conferenceSid: CONFERENCE, callSid: callSid(7), createdAt: at(3), accountSid: OTHER_ACCOUNT },
      ]
      for (const step of steps) {
        await store.append([writeRecording(step)])
        assert.deepEqual(await store.recording(recordingSid(1)), aRecording(step))
      }
      assert.deepEqual(await (await reopen()).recording(recordingSid(1)), aRecording(steps.at(-1)))
    })

    storeTest('a recording is committed with its group or not at all', async (store) => {
      await assert.rejects(store.append([writeRecording(), BAD]))
      assert.equal(await store.recording(recordingSid(1)), null)
    })

    storeTest('a recording makes no entry: its group has no sequence number for it', async (store) => {
      assert.deepEqual(await store.append([writeRecording()]), [])
    })

    storeTest('live recordings are those written as live last, oldest first', async (store, reopen) => {
      for (const n of [3, 1, 2]) await store.append([writeRecording({ sid: recordingSid(n) })])
      await store.append([writeRecording({ sid: recordingSid(1), live: false })])
      await store.append([writeRecording({ sid: recordingSid(3), row: { status: 'paused' } })])
      const look = async (store: Store) =>
        assert.deepEqual(sidsOf(await store.liveRecordings()), [recordingSid(3), recordingSid(2)])
      await look(store)
      await look(await reopen())
    })

    storeTest('recordings are listed newest first, by pages, whatever is written to them later', async (store) => {
      // 2 to 4 in the same millisecond: the order in which they were first written counts.
      for (const [n, created] of [
        [1, 5],
        [2, 7],
        [3, 7],
        [4, 7],
        [5, 6],
      ] as const)
        await store.append([writeRecording({ sid: recordingSid(n), createdAt: at(created) })])
      await store.append([writeRecording({ sid: recordingSid(2), createdAt: at(7), live: false })])
      await store.append([writeRecording({ sid: recordingSid(6), accountSid: OTHER_ACCOUNT, createdAt: at(6) })])
      const all = [4, 3, 2, 5, 1].map(recordingSid)
      for (const max of [1, 2, 5, 1001]) assert.deepEqual(await listed(store, everything, max), all, `pages of ${max}`)
      const behind = (n: number) => store.recordings(everything, { after: recordingSid(n), max: 2 })
      assert.deepEqual(sidsOf(await behind(3)), [2, 5].map(recordingSid))
      assert.deepEqual(await behind(99), [], 'behind one that does not exist')
      await assert.rejects(store.recordings(everything, { after: null, max: 1002 }), /1002/)
    })

    storeTest('a list goes on behind a recording that was deleted since the last page', async (store) => {
      for (const n of [1, 2, 3]) await store.append([writeRecording({ sid: recordingSid(n), createdAt: at(n) })])
      await store.append([writeRecording({ sid: recordingSid(2), createdAt: at(2), live: false, deletedAt: at(9) })])
      const page = await store.recordings({ ...everything, deleted: false }, { after: recordingSid(2), max: 9 })
      assert.deepEqual(sidsOf(page), [recordingSid(1)])
    })

    const FILTERS: readonly (readonly [sentence: string, some: Partial<RecordingFilter>, found: number[]])[] = [
      ['no filter', {}, [5, 3, 2, 1]],
      ['with deleted ones', { deleted: true }, [5, 4, 3, 2, 1]],
      ['call', { callSid: callSid(1) }, [2, 1]],
      ['call, with deleted ones', { callSid: callSid(1), deleted: true }, [4, 2, 1]],
      ['conference', { conferenceSid: CONFERENCE }, [5]],
      ['conference, with deleted ones', { conferenceSid: CONFERENCE, deleted: true }, [5, 4]],
      ['call and conference', { callSid: callSid(1), conferenceSid: CONFERENCE, deleted: true }, [4]],
      ['created from (inclusive)', { createdFrom: at(300) }, [5, 3]],
      ['created before (exclusive)', { createdTo: at(300) }, [2, 1]],
      ['created between', { createdFrom: at(200), createdTo: at(401), deleted: true }, [4, 3, 2]],
      ['call and time', { callSid: callSid(1), createdFrom: at(101) }, [2]],
      ['conference and time', { conferenceSid: CONFERENCE, createdTo: at(500), deleted: true }, [4]],
      ['two that do not meet', { callSid: callSid(2), conferenceSid: CONFERENCE }, []],
    ]
    storeTest('every filter alone and together finds its recordings, also by pages of one', async (store) => {
      const aside = { live: false, createdAt: at(200), accountSid: OTHER_ACCOUNT, conferenceSid: CONFERENCE }
      await store.append([
        writeRecording({ sid: recordingSid(1), createdAt: at(100), live: false }),
        writeRecording({ sid: recordingSid(2), createdAt: at(200) }),
        writeRecording({ sid: recordingSid(3), createdAt: at(300), callSid: callSid(2) }),
        writeRecording({
          sid: recordingSid(4),
          createdAt: at(400),
          live: false,
          conferenceSid: CONFERENCE,
          deletedAt: at(900),
        }),
        writeRecording({ sid: recordingSid(5), createdAt: at(500), callSid: callSid(3), conferenceSid: CONFERENCE }),
        writeRecording({ sid: recordingSid(6), ...aside }),
      ])
      for (const [sentence, some, found] of FILTERS) {
        const filter = { ...everything, deleted: false, ...some }
        assert.deepEqual(await listed(store, filter, 100), found.map(recordingSid), sentence)
        assert.deepEqual(await listed(store, filter, 1), found.map(recordingSid), `${sentence}, by pages`)
      }
    })

    storeTest('a recording outlives its call', async (store, reopen) => {
      await store.append([writeCall(), writeRecording({ live: false })])
      await store.append([{ kind: 'delete-call', callSid: callSid(1) }])
      await store.append([writeRecording({ live: false, row: { status: 'completed' } })])
      await store.eraseOlderThan(at(1_000_000), 10)
      const look = async (store: Store) => {
        assert.deepEqual(await listed(store, { ...everything, callSid: callSid(1) }, 9), [recordingSid(1)])
        assert.deepEqual((await store.recording(recordingSid(1)))?.row, { status: 'completed' })
      }
      await look(store)
      await look(await reopen())
    })

    storeTest('those deleted long enough ago are erased in chunks, oldest deletion first', async (store, reopen) => {
      for (const [n, deletedAt] of [
        [1, 30],
        [2, 10],
        [3, null],
        [4, 20],
        [5, 40],
      ] as const)
        await store.append([
          writeRecording({
            sid: recordingSid(n),
            createdAt: at(n),
            live: false,
            deletedAt: deletedAt === null ? null : at(deletedAt),
          }),
        ])
      assert.equal(await store.eraseRecordings(at(10), 10), 0)
      assert.equal(await store.eraseRecordings(at(40), 2), 2)
      assert.deepEqual(await listed(store, everything, 9), [5, 3, 1].map(recordingSid))
      assert.equal(await store.eraseRecordings(at(40), 2), 1)
      assert.equal(await store.eraseRecordings(at(40), 2), 0)
      assert.equal(await store.recording(recordingSid(1)), null)
      assert.deepEqual(await listed(await reopen(), everything, 9), [5, 3].map(recordingSid))
    })
  })
}
