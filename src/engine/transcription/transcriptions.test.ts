/** Transcriptions in the store: after a crash, when there are too many, and when one is deleted while it is made. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ResourceRow, Store, Write } from '../../journal/store.ts'
import { type AccountSid, type Instant, newSid } from '../../lib/ids.ts'
import type { CallRecord } from '../call/call-record.ts'
import type { Transcript } from '../recognition/recognition.ts'
import { type TranscriptionRecord, transcriptionWrite } from './transcription-record.ts'
import { Transcriptions } from './transcriptions.ts'

const ACCOUNT: AccountSid = newSid('AC')
const NOW = 1_000_000 as Instant

const aTranscription = (more: Partial<TranscriptionRecord> = {}): TranscriptionRecord => ({
  sid: newSid('TR'),
  accountSid: ACCOUNT,
  recordingSid: newSid('RE'),
  status: 'completed',
  text: 'Hello.',
  lengthMs: 3000,
  createdAt: 1 as Instant,
  updatedAt: 1 as Instant,
  ...more,
})

function someTranscriptions(held: readonly TranscriptionRecord[], transcript: () => Promise<Transcript>) {
  const rows = new Map<string, ResourceRow>()
  const append = async (group: readonly Write[]) => {
    for (const write of group) {
      if (write.kind === 'resource') rows.set(write.resource.sid, write.resource)
      if (write.kind === 'delete-resource') rows.delete(write.sid)
    }
  }
  const store: Pick<Store, 'resource' | 'resources'> = {
    resource: async (_type, sid) => rows.get(sid) ?? null,
    resources: async () => [...rows.values()],
  }
  void append(held.map(transcriptionWrite))
  const transcriptions = new Transcriptions({
    clock: { now: () => NOW },
    journal: { append, store },
    recognition: { transcript },
    urlOf: ({ sid }) => `http://ringback.test/${sid}`,
  })
  const call = {
    record: { accountSid: ACCOUNT } as CallRecord,
    exchange: () => Promise.reject(new Error('nobody wants to be told')),
    alert() {},
    alertOnce() {},
  }
  const transcribe = () =>
    transcriptions.transcribe(call, {
      recordingSid: newSid('RE'),
      audio: Promise.resolve({ lengthMs: 3000, fileMs: 3000, silent: false, fault: null }),
      speech: { parts: [{ words: 'Hi.' }], passedOver: false },
      callback: null,
    })
  return { transcriptions, transcribe, list: () => transcriptions.list(ACCOUNT) }
}

const hi = async (): Promise<Transcript> => ({ text: 'Hi.', confidence: 1, fault: null })

test('those that the last run did not end have failed; others stay as they are', async () => {
  const done = aTranscription()
  const open = aTranscription({ status: 'in-progress', text: null })
  const { transcriptions, list } = someTranscriptions([done, open], hi)
  await transcriptions.failUnfinished()
  assert.deepEqual(await list(), [{ ...open, status: 'failed', updatedAt: NOW }, done])
})

test('the oldest gives way when there are too many', async () => {
  const held = Array.from({ length: 10_000 }, () => aTranscription())
  const { transcribe, list } = someTranscriptions(held, hi)
  await transcribe()
  const kept = await list()
  assert.equal(kept.length, 10_000)
  assert.equal(kept[0]?.text, 'Hi.')
  assert.equal(kept.at(-1)?.sid, held[1]!.sid)
})

test('one that is deleted while it is made stays deleted', async () => {
  const { transcriptions, transcribe, list } = someTranscriptions([], async () => {
    for (const one of await list()) await transcriptions.delete(one)
    return hi()
  })
  await transcribe()
  assert.deepEqual(await list(), [])
})
