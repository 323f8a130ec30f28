/**
 * The store's thread: the only one that touches the database. Messages are done in the order they came, so a question
 * sees every commit asked for before it. After an error that is not a group's own fault nothing is written any more.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { assert } from '../../lib/assert.ts'
import { Database } from './database.ts'
import { DeliveryReader } from './delivery-reader.ts'
import { toFailure } from './failure.ts'
import type { FromWorker, Op, TaskMessage, Tasks, ToWorker } from './messages.ts'
import { Reader } from './reader.ts'
import { StreamRows } from './stream-rows.ts'
import { Writer } from './writer.ts'

const port = parentPort
assert(port, 'the store worker runs in a worker thread')
const receive = (listener: (message: ToWorker) => void) => port.on('message', listener)
const send = (message: FromWorker) => port.postMessage(message)
/** The last message: nothing is received after it, and the thread ends. */
const end = (message: FromWorker) => {
  send(message)
  port.close()
}

try {
  serve(new Database(workerData as string))
} catch (error) {
  end({ broken: toFailure(error) })
}

function serve(db: Database): void {
  const writer = new Writer(db)
  const reader = new Reader(db)
  const owners: readonly object[] = [
    reader,
    writer,
    writer.deliveries,
    writer.recordingRows,
    writer.conferenceRows,
    new DeliveryReader(db.sql),
    new StreamRows(db.sql, () => writer.nextSeq),
    db,
  ]

  function commit(groups: readonly (readonly Op[])[]): void {
    try {
      send({ committed: writer.commit(groups) })
      db.checkpointIfDue()
    } catch (error) {
      end({ broken: toFailure(error) })
    }
  }

  function run({ task, id, args }: TaskMessage): void {
    const owner = owners.find((one) => task in one)
    const verb = (owner as Tasks)[task] as (...args: unknown[]) => unknown
    const answer = task === 'close' ? end : send
    try {
      answer({ id, value: verb.apply(owner, [...args]) })
    } catch (error) {
      answer({ id, failed: toFailure(error) })
    }
  }

  receive((message) => {
    if ('task' in message) run(message)
    else commit(message.commit)
  })
  send({ ready: reader.resources() })
}
