/** Every cell of the two server machines, and every gap. */
import { InviteServerTransaction } from './invite-server.ts'
import { INVITE_SERVER_TABLE } from './invite-server-table.ts'
import { OtherServerTransaction } from './other-server.ts'
import { OTHER_SERVER_TABLE } from './other-server-table.ts'
import { type Row, STATUS, step, testCells } from './test-cells.ts'
import { aGround, aHop, aRequest, aResponse } from './test-ground.ts'

function anInvite() {
  const { ground, sent, failures } = aGround()
  const request = aRequest('INVITE')
  const transaction = new InviteServerTransaction({
    ground,
    key: 'k',
    hop: aHop(),
    request,
    merged: false,
    mergedKey: null,
  })
  const told: string[] = []
  transaction.listen({
    onAck: () => void told.push('ack'),
    onCancel: () => void told.push('cancel'),
    onFailure: (why) => void told.push(why.kind),
  })
  transaction.start()
  let repeatable: Uint8Array = Buffer.from('SIP/2.0 183 Session Progress\r\n\r\n')
  const act = (event: string) => {
    const status = STATUS[event]
    if (status !== undefined) repeatable = transaction.respond(aResponse(request, status)) ?? repeatable
    else if (event === 'request') transaction.receive(request)
    else if (event === 'ack') transaction.receive({ ...request, method: 'ACK' })
    else if (event === 'cancel') transaction.receive({ ...request, method: 'CANCEL' })
    else if (event === 'repeat') transaction.repeat(repeatable)
    else if (event === 'transport-failed') (failures.at(-1) ?? (() => step(transaction, event)))('no route')
    else step(transaction, event)
  }
  const effects = () => [...sent.splice(0).map(({ line }) => line), ...told.splice(0).map((what) => `told ${what}`)]
  return { transaction, act, effects }
}

function anOther() {
  const { ground, sent, failures } = aGround()
  const request = aRequest('OPTIONS')
  const transaction = new OtherServerTransaction({ ground, key: 'k', hop: aHop(), merged: false, mergedKey: null })
  const told: string[] = []
  transaction.listen((why) => void told.push(why.kind))
  transaction.start()
  const act = (event: string) => {
    const status = STATUS[event]
    if (status !== undefined) transaction.respond(aResponse(request, status))
    else if (event === 'request') transaction.receive()
    else if (event === 'transport-failed') (failures.at(-1) ?? (() => step(transaction, event)))('no route')
    else step(transaction, event)
  }
  const effects = () => [...sent.splice(0).map(({ line }) => line), ...told.splice(0).map((what) => `told ${what}`)]
  return { transaction, act, effects }
}

const INVITE_PATHS: Readonly<Record<string, readonly string[]>> = {
  trying: [],
  proceeding: ['provisional'],
  accepted: ['success'],
  completed: ['failure'],
  confirmed: ['failure', 'ack'],
  terminated: ['failure', 'timer-h'],
}
const INVITE_EVENTS = [
  ...['request', 'ack', 'cancel', 'provisional', 'success', 'failure', 'repeat', 'transport-failed'],
  ...['timer-trying', 'timer-c', 'timer-g', 'timer-h', 'timer-i', 'timer-l'],
]
const INVITE_ROWS: Readonly<Record<string, readonly Row[]>> = {
  trying: [
    ['request', 'proceeding', '100'],
    ['cancel', 'trying', 'told cancel'],
    ['provisional', 'proceeding', '180'],
    ['success', 'accepted', '200'],
    ['failure', 'completed', '486'],
    ['timer-trying', 'proceeding', '100'],
  ],
  proceeding: [
    ['request', 'proceeding', '180'],
    ['cancel', 'proceeding', 'told cancel'],
    ['provisional', 'proceeding', '180'],
    ['success', 'accepted', '200'],
    ['failure', 'completed', '486'],
    ['repeat', 'proceeding', '180'],
    ['timer-c', 'terminated', 'told timeout'],
    ['transport-failed', 'terminated', 'told transport'],
  ],
  accepted: [
    ['ack', 'accepted', 'told ack'],
    ['repeat', 'accepted', '200'],
    ['timer-l', 'terminated'],
    ['transport-failed', 'accepted', 'told transport'],
  ],
  completed: [
    ['request', 'completed', '486'],
    ['ack', 'confirmed'],
    ['timer-g', 'completed', '486'],
    ['timer-h', 'terminated', 'told timeout'],
    ['transport-failed', 'terminated', 'told transport'],
  ],
  confirmed: [['timer-i', 'terminated']],
  terminated: [],
}

const OTHER_PATHS: Readonly<Record<string, readonly string[]>> = {
  trying: [],
  proceeding: ['provisional'],
  completed: ['final'],
  terminated: ['timer-unanswered'],
}
const OTHER_EVENTS = ['request', 'provisional', 'final', 'timer-unanswered', 'timer-j', 'transport-failed']
const OTHER_ROWS: Readonly<Record<string, readonly Row[]>> = {
  trying: [
    ['provisional', 'proceeding', '180'],
    ['final', 'completed', '404'],
    ['timer-unanswered', 'terminated', 'told timeout'],
  ],
  proceeding: [
    ['request', 'proceeding', '180'],
    ['provisional', 'proceeding', '180'],
    ['final', 'completed', '404'],
    ['timer-unanswered', 'terminated', 'told timeout'],
    ['transport-failed', 'terminated', 'told transport'],
  ],
  completed: [
    ['request', 'completed', '404'],
    ['timer-j', 'terminated'],
    ['transport-failed', 'terminated', 'told transport'],
  ],
  terminated: [],
}

testCells({
  name: 'INVITE server',
  make: anInvite,
  paths: INVITE_PATHS,
  events: INVITE_EVENTS,
  rows: INVITE_ROWS,
  table: INVITE_SERVER_TABLE,
})
testCells({
  name: 'other server',
  make: anOther,
  paths: OTHER_PATHS,
  events: OTHER_EVENTS,
  rows: OTHER_ROWS,
  table: OTHER_SERVER_TABLE,
})
