/** Every cell of the two client machines, and every gap. */
import type { NoAnswer } from './client-listener.ts'
import { InviteClientTransaction } from './invite-client.ts'
import { INVITE_CLIENT_TABLE } from './invite-client-table.ts'
import { OtherClientTransaction } from './other-client.ts'
import { OTHER_CLIENT_TABLE } from './other-client-table.ts'
import { type Row, STATUS, step, testCells } from './test-cells.ts'
import { aGround, aHop, aRequest, aResponse } from './test-ground.ts'

function aListener() {
  const told: string[] = []
  return {
    told,
    listener: {
      onResponse: ({ status }: { readonly status: number }) => void told.push(`${status}`),
      onNoAnswer: (why: NoAnswer) => void told.push(why.kind),
    },
  }
}

function anInvite() {
  const { ground, sent, failures } = aGround()
  const { told, listener } = aListener()
  const request = aRequest('INVITE')
  const cancels: string[] = []
  const transaction = new InviteClientTransaction({
    ground,
    key: 'k',
    hop: aHop(),
    request,
    listener,
    sendCancel: (cancel) => void cancels.push(cancel.method),
  })
  transaction.start()
  const act = (event: string) => {
    const status = STATUS[event]
    if (status !== undefined) transaction.receive(aResponse(request, status), aHop())
    else if (event === 'cancel') transaction.cancel()
    else if (event === 'transport-failed') failures[0]!('no route')
    else step(transaction, event)
  }
  const effects = () => [
    ...sent.splice(0).map(({ line }) => line),
    ...cancels.splice(0),
    ...told.splice(0).map((what) => `told ${what}`),
  ]
  effects()
  return { transaction, act, effects }
}

function anOther() {
  const { ground, sent, failures } = aGround()
  const { told, listener } = aListener()
  const request = aRequest('OPTIONS')
  const transaction = new OtherClientTransaction({ ground, key: 'k', hop: aHop(), request, listener })
  transaction.start()
  const act = (event: string) => {
    const status = STATUS[event]
    if (status !== undefined) transaction.receive(aResponse(request, status), aHop())
    else if (event === 'transport-failed') failures[0]!('no route')
    else step(transaction, event)
  }
  const effects = () => [...sent.splice(0).map(({ line }) => line), ...told.splice(0).map((what) => `told ${what}`)]
  effects()
  return { transaction, act, effects }
}

const INVITE_PATHS: Readonly<Record<string, readonly string[]>> = {
  calling: [],
  'calling-to-cancel': ['cancel'],
  proceeding: ['provisional'],
  cancelling: ['provisional', 'cancel'],
  accepted: ['success'],
  completed: ['failure'],
  terminated: ['timer-b'],
}
const INVITE_EVENTS = [
  ...['provisional', 'success', 'failure', 'cancel', 'transport-failed'],
  ...['timer-a', 'timer-b', 'timer-c', 'timer-cancel', 'timer-d', 'timer-m'],
]
const INVITE_ROWS: Readonly<Record<string, readonly Row[]>> = {
  calling: [
    ['provisional', 'proceeding', 'told 180'],
    ['success', 'accepted', 'told 200'],
    ['failure', 'completed', 'ACK', 'told 486'],
    ['cancel', 'calling-to-cancel'],
    ['timer-a', 'calling', 'INVITE'],
    ['timer-b', 'terminated', 'told timeout'],
    ['transport-failed', 'terminated', 'told transport'],
  ],
  'calling-to-cancel': [
    ['provisional', 'cancelling', 'CANCEL', 'told 180'],
    ['success', 'accepted', 'told 200'],
    ['failure', 'completed', 'ACK', 'told 486'],
    ['timer-a', 'calling-to-cancel', 'INVITE'],
    ['timer-b', 'terminated', 'told timeout'],
    ['transport-failed', 'terminated', 'told transport'],
  ],
  proceeding: [
    ['provisional', 'proceeding', 'told 180'],
    ['success', 'accepted', 'told 200'],
    ['failure', 'completed', 'ACK', 'told 486'],
    ['cancel', 'cancelling', 'CANCEL'],
    ['timer-c', 'terminated', 'told timeout'],
  ],
  cancelling: [
    ['provisional', 'cancelling', 'told 180'],
    ['success', 'accepted', 'told 200'],
    ['failure', 'completed', 'ACK', 'told 486'],
    ['timer-cancel', 'terminated', 'told timeout'],
  ],
  accepted: [
    ['success', 'accepted', 'told 200'],
    ['timer-m', 'terminated'],
  ],
  completed: [
    ['success', 'completed', 'told 200'],
    ['failure', 'completed', 'ACK'],
    ['timer-d', 'terminated'],
    ['transport-failed', 'terminated'],
  ],
  terminated: [],
}

const OTHER_PATHS: Readonly<Record<string, readonly string[]>> = {
  trying: [],
  proceeding: ['provisional'],
  completed: ['final'],
  terminated: ['timer-f'],
}
const OTHER_EVENTS = ['provisional', 'final', 'timer-e', 'timer-f', 'timer-k', 'transport-failed']
const OTHER_ROWS: Readonly<Record<string, readonly Row[]>> = {
  trying: [
    ['provisional', 'proceeding', 'told 180'],
    ['final', 'completed', 'told 404'],
    ['timer-e', 'trying', 'OPTIONS'],
    ['timer-f', 'terminated', 'told timeout'],
    ['transport-failed', 'terminated', 'told transport'],
  ],
  proceeding: [
    ['provisional', 'proceeding', 'told 180'],
    ['final', 'completed', 'told 404'],
    ['timer-e', 'proceeding', 'OPTIONS'],
    ['timer-f', 'terminated', 'told timeout'],
    ['transport-failed', 'terminated', 'told transport'],
  ],
  completed: [['timer-k', 'terminated']],
  terminated: [],
}

testCells({
  name: 'INVITE client',
  make: anInvite,
  paths: INVITE_PATHS,
  events: INVITE_EVENTS,
  rows: INVITE_ROWS,
  table: INVITE_CLIENT_TABLE,
})
testCells({
  name: 'other client',
  make: anOther,
  paths: OTHER_PATHS,
  events: OTHER_EVENTS,
  rows: OTHER_ROWS,
  table: OTHER_CLIENT_TABLE,
})
