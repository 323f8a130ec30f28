import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VirtualClock } from '../../../lib/virtual-clock.ts'
import { makeResponse } from '../make-response.ts'
import type { SipMessage, SipRequest, SipResponse } from '../message.ts'
import { parseMessage } from '../parse-message.ts'
import type { Hop } from '../transport.ts'
import { parseVia } from '../via.ts'
import type { InviteServerTransaction } from './invite-server.ts'
import type { OtherServerTransaction } from './other-server.ts'
import { aHop, aRequest, START } from './test-ground.ts'
import { TransactionLayer, type TransactionLayerOptions } from './transaction-layer.ts'

const FROM: Hop = { transport: 'udp', address: '198.51.100.9', port: 40_000 }

function aLayer(options: Partial<TransactionLayerOptions> = {}) {
  const clock = new VirtualClock({ startAt: START, settleMs: 0, mode: 'held' })
  const sent: { readonly hop: Hop; readonly message: SipMessage; readonly failed: (why: string) => void }[] = []
  const invites: { readonly transaction: InviteServerTransaction; readonly request: SipRequest }[] = []
  const requests: { readonly transaction: OtherServerTransaction; readonly request: SipRequest }[] = []
  const acks: SipRequest[] = []
  const strays: SipResponse[] = []
  const layer = new TransactionLayer({
    clock,
    send: (hop, bytes, failed) => {
      const parsed = parseMessage(bytes)
      assert.ok(parsed.ok)
      sent.push({ hop, message: parsed.message, failed })
    },
    sentBy: ({ transport }) => (transport === 'udp' ? '192.0.2.7:5070' : '192.0.2.7'),
    user: {
      onInvite: (transaction, request) => void invites.push({ transaction, request }),
      onRequest: (transaction, request) => void requests.push({ transaction, request }),
      onAck: (ack) => void acks.push(ack),
      onStraySuccess: (response) => void strays.push(response),
    },
    ...options,
  })
  const lines = () =>
    sent.splice(0).map(({ message }) => (message.kind === 'request' ? message.method : `${message.status}`))
  return { clock, layer, sent, invites, requests, acks, strays, lines }
}

function aListener() {
  const told: string[] = []
  return {
    told,
    listener: {
      onResponse: ({ status }: SipResponse) => void told.push(`${status}`),
      onNoAnswer: (why: { readonly kind: string }) => void told.push(why.kind),
    },
  }
}

const withoutVia = (request: SipRequest): SipRequest => {
  request.headers.delete('Via')
  return request
}

/** The answer that the other end would give to what was sent. */
const answerTo = (message: SipMessage, status: number, tag = 'b'): SipResponse =>
  makeResponse(message as SipRequest, status, undefined, tag)

test('a request goes out with a Via of its own: transport, address, branch, rport', () => {
  const { layer, sent } = aLayer()
  layer.request(withoutVia(aRequest('OPTIONS')), aHop('tcp'), aListener().listener)
  const via = parseVia(sent[0]!.message.headers.get('Via')!)!
  assert.equal(via.transport, 'TCP')
  assert.equal(via.host, '192.0.2.7')
  assert.match(via.parameters.get('branch')!, /^z9hG4bK[0-9a-f]{24}$/)
  assert.ok(via.parameters.has('rport'))
})

test("the message that was given stays its owner's: without Via", () => {
  const { layer } = aLayer()
  const request = withoutVia(aRequest('OPTIONS'))
  layer.request(request, aHop(), aListener().listener)
  assert.equal(request.headers.has('Via'), false)
})

test('answers find their request by branch and method', () => {
  const { layer, sent, strays } = aLayer()
  const one = aListener()
  const other = aListener()
  layer.request(withoutVia(aRequest('OPTIONS')), aHop(), one.listener)
  layer.request(withoutVia(aRequest('OPTIONS')), aHop(), other.listener)
  layer.receive(answerTo(sent[1]!.message, 200), FROM)
  layer.receive(answerTo(sent[0]!.message, 404), FROM)
  assert.deepEqual([one.told, other.told, strays], [['404'], ['200'], []])
})

test('an answer with two Vias was meant for somebody else', () => {
  const { layer, sent } = aLayer()
  const { told, listener } = aListener()
  layer.request(withoutVia(aRequest('OPTIONS')), aHop(), listener)
  const response = answerTo(sent[0]!.message, 200)
  response.headers.append('Via', 'SIP/2.0/UDP 203.0.113.5;branch=z9hG4bKother')
  layer.receive(response, FROM)
  assert.deepEqual(told, [])
})

test('a failed transport is told once, however often it fails', async () => {
  const { layer, sent, clock } = aLayer()
  const { told, listener } = aListener()
  layer.invite(withoutVia(aRequest('INVITE')), aHop(), listener)
  await clock.advance(600)
  for (const { failed } of sent) failed('no route')
  assert.deepEqual(told, ['transport'])
  await clock.advance(60_000)
  assert.deepEqual(told, ['transport'])
})

test('CANCEL waits for a provisional answer, and has the branch, Route and number of its INVITE', () => {
  const { layer, sent, lines } = aLayer()
  const { told, listener } = aListener()
  const invite = layer.invite(
    withoutVia(aRequest('INVITE', { Route: '<sip:proxy.example.com;lr>', CSeq: '7 INVITE' })),
    aHop(),
    listener,
  )
  const sentInvite = sent[0]!.message as SipRequest
  invite.cancel(['SIP;cause=200;text="Call completed elsewhere"'])
  assert.deepEqual(lines(), ['INVITE'])
  layer.receive(answerTo(sentInvite, 180), FROM)
  const cancel = sent[0]!.message as SipRequest
  assert.equal(cancel.method, 'CANCEL')
  assert.equal(cancel.uri, sentInvite.uri)
  for (const name of ['Via', 'Route', 'From', 'To', 'Call-ID'])
    assert.equal(cancel.headers.get(name), sentInvite.headers.get(name), name)
  assert.equal(cancel.headers.get('CSeq'), '7 CANCEL')
  assert.equal(cancel.headers.get('Reason'), 'SIP;cause=200;text="Call completed elsewhere"')
  layer.receive(answerTo(cancel, 200), FROM)
  layer.receive(answerTo(sentInvite, 487), FROM)
  assert.deepEqual(told, ['180', '487'])
  assert.deepEqual(lines(), ['CANCEL', 'ACK'])
})

test("the ACK of a refusal is the transaction's own: same branch, To of the refusal", () => {
  const { layer, sent } = aLayer()
  layer.invite(withoutVia(aRequest('INVITE', { Route: '<sip:proxy.example.com;lr>' })), aHop(), aListener().listener)
  const invite = sent[0]!.message
  layer.receive(answerTo(invite, 486, 'busy-one'), FROM)
  const ack = sent[1]!.message
  assert.equal(ack.headers.get('Via'), invite.headers.get('Via'))
  assert.equal(ack.headers.get('Route'), '<sip:proxy.example.com;lr>')
  assert.equal(ack.headers.get('To'), '<sip:bob@192.0.2.7>;tag=busy-one')
  assert.equal(ack.headers.get('CSeq'), '1 ACK')
})

test('a 2xx whose transaction is over comes to the user', async () => {
  const { layer, sent, strays, clock } = aLayer()
  const { told, listener } = aListener()
  layer.invite(withoutVia(aRequest('INVITE')), aHop(), listener)
  const success = answerTo(sent[0]!.message, 200)
  layer.receive(success, FROM)
  layer.receive(success, FROM)
  await clock.advance(40_000)
  assert.equal(layer.size, 0)
  layer.receive(success, FROM)
  layer.receive(answerTo(sent[0]!.message, 486), FROM)
  assert.deepEqual(told, ['200', '200'])
  assert.equal(strays.length, 1)
})

test('a new request comes up once, repeats get the last answer again', () => {
  const { layer, requests, lines } = aLayer()
  layer.receive(aRequest('OPTIONS'), FROM)
  layer.receive(aRequest('OPTIONS'), FROM)
  assert.equal(requests.length, 1)
  assert.deepEqual(lines(), [])
  requests[0]!.transaction.respond(makeResponse(requests[0]!.request, 200))
  layer.receive(aRequest('OPTIONS'), FROM)
  assert.deepEqual(lines(), ['200', '200'])
})

const VIA_CASES: readonly (readonly [what: string, via: string, from: Hop, stamped: string, port: number])[] = [
  [
    'rport: back to where it came from',
    'SIP/2.0/UDP 10.0.0.5:5062;branch=z9hG4bKx;rport',
    FROM,
    'SIP/2.0/UDP 10.0.0.5:5062;branch=z9hG4bKx;rport=40000;received=198.51.100.9',
    40_000,
  ],
  [
    'no rport: the address it came from, the port of Via',
    'SIP/2.0/UDP 10.0.0.5:5062;branch=z9hG4bKx',
    FROM,
    'SIP/2.0/UDP 10.0.0.5:5062;branch=z9hG4bKx;received=198.51.100.9',
    5062,
  ],
  [
    'no rport, no port: 5060',
    'SIP/2.0/UDP phone.example.com;branch=z9hG4bKx',
    FROM,
    'SIP/2.0/UDP phone.example.com;branch=z9hG4bKx;received=198.51.100.9',
    5060,
  ],
  [
    'the address it names itself: nothing to stamp',
    'SIP/2.0/UDP 198.51.100.9;branch=z9hG4bKx',
    FROM,
    'SIP/2.0/UDP 198.51.100.9;branch=z9hG4bKx',
    5060,
  ],
  [
    'maddr and a forged received are not believed',
    'SIP/2.0/UDP 198.51.100.9;branch=z9hG4bKx;maddr=203.0.113.1;received=203.0.113.2',
    FROM,
    'SIP/2.0/UDP 198.51.100.9;branch=z9hG4bKx;maddr=203.0.113.1;received=198.51.100.9',
    5060,
  ],
  [
    'on a connection: back on it, a new one to the port of Via',
    'SIP/2.0/TCP 10.0.0.5:5062;branch=z9hG4bKx;rport',
    { ...FROM, transport: 'tcp', connection: 'c1' },
    'SIP/2.0/TCP 10.0.0.5:5062;branch=z9hG4bKx;rport=40000;received=198.51.100.9',
    5062,
  ],
  [
    'IPv6',
    'SIP/2.0/UDP [2001:db8::9]:5062;branch=z9hG4bKx',
    { transport: 'udp', address: '2001:db8::9', port: 5062 },
    'SIP/2.0/UDP [2001:db8::9]:5062;branch=z9hG4bKx',
    5062,
  ],
]
for (const [what, via, from, stamped, port] of VIA_CASES)
  test(`the way back: ${what}`, () => {
    const { layer, requests, sent } = aLayer()
    layer.receive(aRequest('OPTIONS', { Via: via }), from)
    requests[0]!.transaction.respond(makeResponse(requests[0]!.request, 200))
    const { hop, message } = sent[0]!
    assert.deepEqual(parseVia(message.headers.get('Via')!), parseVia(stamped))
    assert.deepEqual(hop, { ...from, port })
  })

for (const [what, one, other, isSame] of [
  ['another branch', {}, { Via: 'SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKtwo;rport' }, false],
  ['another sent-by', {}, { Via: 'SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bKone;rport' }, false],
  ['another port', {}, { Via: 'SIP/2.0/UDP 192.0.2.1:5061;branch=z9hG4bKone;rport' }, false],
  ['the same in other words', {}, { Via: 'SIP/2.0/UDP  192.0.2.1 :5060 ; rport;branch=z9hG4bKone' }, true],
  ['RFC 2543, the same', { Via: 'SIP/2.0/UDP 192.0.2.1' }, { Via: 'SIP/2.0/UDP 192.0.2.1' }, true],
  ['RFC 2543, next number', { Via: 'SIP/2.0/UDP 192.0.2.1' }, { Via: 'SIP/2.0/UDP 192.0.2.1', CSeq: '2 INFO' }, false],
  [
    'a cookie with nothing behind it, next number',
    { Via: 'SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK' },
    { Via: 'SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK', CSeq: '2 INFO' },
    false,
  ],
  [
    'RFC 2543, another call',
    { Via: 'SIP/2.0/UDP 192.0.2.1', 'Call-ID': 'x' },
    { Via: 'SIP/2.0/UDP 192.0.2.1', 'Call-ID': 'y' },
    false,
  ],
] as const)
  test(`${what} is ${isSame ? 'the same transaction' : 'another transaction'}`, () => {
    const { layer, requests } = aLayer()
    layer.receive(aRequest('INFO', one), FROM)
    layer.receive(aRequest('INFO', other), FROM)
    assert.equal(requests.length, isSame ? 1 : 2)
  })

for (const branch of ['z9hG4bKone', '1'])
  test(`an ACK goes to its refused INVITE, branch ${branch}`, () => {
    const { layer, invites, acks } = aLayer()
    const Via = `SIP/2.0/UDP 192.0.2.1:5060;branch=${branch}`
    layer.receive(aRequest('INVITE', { Via }), FROM)
    const { transaction, request } = invites[0]!
    transaction.respond(makeResponse(request, 486, undefined, transaction.toTag))
    layer.receive(aRequest('ACK', { Via, To: `<sip:bob@192.0.2.7>;tag=${transaction.toTag}` }), FROM)
    assert.equal(transaction.state, 'confirmed')
    assert.deepEqual(acks, [])
  })

test('an ACK of a 2xx has a branch of its own and comes to the user', () => {
  const { layer, invites, acks } = aLayer()
  layer.receive(aRequest('INVITE'), FROM)
  const { transaction, request } = invites[0]!
  transaction.respond(makeResponse(request, 200, undefined, transaction.toTag))
  layer.receive(aRequest('ACK', { Via: 'SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKack' }), FROM)
  assert.equal(acks.length, 1)
})

test('CANCEL is answered here, with the tag that the INVITE is answered with', () => {
  const { layer, invites, sent, lines } = aLayer()
  layer.receive(aRequest('INVITE'), FROM)
  const { transaction, request } = invites[0]!
  const told: string[] = []
  transaction.listen({
    onAck() {},
    onFailure() {},
    onCancel: () => {
      told.push('cancel')
      transaction.respond(makeResponse(request, 487, undefined, transaction.toTag))
    },
  })
  layer.receive(aRequest('CANCEL'), FROM)
  layer.receive(aRequest('CANCEL'), FROM)
  assert.deepEqual(told, ['cancel'])
  assert.equal(sent[0]!.message.headers.get('To'), `<sip:bob@192.0.2.7>;tag=${transaction.toTag}`)
  assert.deepEqual(lines(), ['200', '487', '200'])
})

test('a CANCEL after the answer changes nothing, one without its INVITE gets 481', () => {
  const { layer, invites, lines } = aLayer()
  layer.receive(aRequest('CANCEL', { Via: 'SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKnone' }), FROM)
  layer.receive(aRequest('INVITE'), FROM)
  const { transaction, request } = invites[0]!
  transaction.respond(makeResponse(request, 200, undefined, transaction.toTag))
  layer.receive(aRequest('CANCEL'), FROM)
  assert.deepEqual(lines(), ['481', '200', '200'])
  assert.equal(transaction.state, 'accepted')
})

test('a copy of a request that came another way is marked, as long as the first is there', async () => {
  const { layer, invites, clock } = aLayer()
  const copy = { Via: 'SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKcopy' }
  layer.receive(aRequest('INVITE'), FROM)
  layer.receive(aRequest('INVITE', copy), FROM)
  layer.receive(
    aRequest('INVITE', { ...copy, CSeq: '2 INVITE', Via: 'SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKnext' }),
    FROM,
  )
  layer.receive(aRequest('INVITE', { To: '<sip:b@b>;tag=in', Via: 'SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKdialog' }), FROM)
  assert.deepEqual(
    invites.map(({ transaction }) => transaction.merged),
    [false, true, false, false],
  )
  for (const { transaction, request } of invites) transaction.respond(makeResponse(request, 482))
  await clock.advance(40_000)
  layer.receive(aRequest('INVITE', copy), FROM)
  assert.equal(invites.at(-1)!.transaction.merged, false)
})

test('when it is full, new requests get 503 without a transaction; what belongs to others has room', () => {
  const { layer, invites, requests, sent, lines } = aLayer({ transactionsMax: 4, retryAfterSec: 7 })
  const via = (branch: string) => ({ Via: `SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK${branch}` })
  for (const branch of ['1', '2', '3', '4'])
    layer.receive(aRequest('INVITE', { ...via(branch), 'Call-ID': branch }), FROM)
  layer.receive(aRequest('INVITE', { ...via('5'), 'Call-ID': '5' }), FROM)
  layer.receive(aRequest('INVITE', { ...via('5'), 'Call-ID': '5' }), FROM)
  assert.equal(invites.length, 4)
  assert.equal(layer.size, 4)
  assert.equal(sent[0]!.message.headers.get('Retry-After'), '7')
  assert.deepEqual(sent[0]!.message.headers.get('To'), sent[1]!.message.headers.get('To'))
  assert.deepEqual(lines(), ['503', '503'])
  layer.receive(aRequest('BYE', { ...via('6'), To: '<sip:b@b>;tag=x' }), FROM)
  assert.equal(requests.length, 1)
  layer.receive(aRequest('BYE', { ...via('7'), To: '<sip:b@b>;tag=x' }), FROM)
  assert.deepEqual(lines(), ['503'])
})

test('when it is full, requests of ours fail, after the call that made them has returned', async () => {
  const { layer, clock, lines } = aLayer({ transactionsMax: 0 })
  const { told, listener } = aListener()
  layer.request(withoutVia(aRequest('OPTIONS')), aHop(), listener)
  assert.deepEqual(told, [])
  await clock.advance(0)
  assert.deepEqual(told, ['transport'])
  assert.deepEqual(lines(), [])
})

test('a request that cannot be read is refused without a transaction', () => {
  const { layer, lines } = aLayer()
  layer.refuse(aRequest('INVITE'), { status: 400, reason: 'Malformed To' }, FROM)
  layer.refuse(aRequest('ACK'), { status: 400 }, FROM)
  assert.deepEqual(lines(), ['400'])
  assert.equal(layer.size, 0)
})

test('stopped, it is silent and no timer is left', async () => {
  const { layer, clock, invites, lines } = aLayer()
  const { told, listener } = aListener()
  layer.invite(withoutVia(aRequest('INVITE')), aHop(), listener)
  layer.receive(aRequest('INVITE', { 'Call-ID': 'x' }), FROM)
  lines()
  layer.stop()
  layer.stop()
  assert.equal(clock.pending, 0)
  layer.receive(aRequest('OPTIONS'), FROM)
  await clock.advance(100_000)
  assert.deepEqual([told, invites.length, lines()], [[], 1, []])
})
