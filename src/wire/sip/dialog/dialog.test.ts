import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeResponse } from '../make-response.ts'
import { aRequest } from '../transaction/test-ground.ts'
import { Dialog } from './dialog.ts'
import { keyOfRequest, keyOfResponse } from './dialog-key.ts'
import { routeRequest } from './route-set.ts'

const P1 = '<sip:p1.example.com;lr>'
const P2 = '<sip:p2.example.com;lr>'

/** Both ends of one INVITE that went over two proxies. */
function aPair() {
  const invite = aRequest('INVITE', { 'Record-Route': P1, CSeq: '10 INVITE' })
  invite.headers.append('Record-Route', P2)
  const success = makeResponse(invite, 200, undefined, 'b')
  success.headers.append('Contact', '<sip:bob@192.0.2.7:5070>')
  return { invite, success, uac: Dialog.ofResponse(invite, success)!, uas: Dialog.ofRequest(invite, 'b')! }
}

test('the caller goes the way back: Record-Route the other way round', () => {
  const { request, nextUri } = aPair().uac.request('BYE')
  assert.equal(request.uri, 'sip:bob@192.0.2.7:5070')
  assert.deepEqual(request.headers.all('Route'), [P2, P1])
  assert.equal(nextUri, 'sip:p2.example.com;lr')
  assert.equal(request.headers.get('From'), '"Alice" <sip:alice@192.0.2.1>;tag=a')
  assert.equal(request.headers.get('To'), '<sip:bob@192.0.2.7>;tag=b')
  assert.equal(request.headers.get('CSeq'), '11 BYE')
  assert.equal(request.headers.get('Max-Forwards'), '70')
})

test('the callee goes the way that it came', () => {
  const { request } = aPair().uas.request('BYE')
  assert.equal(request.uri, 'sip:alice@192.0.2.1:5060')
  assert.deepEqual(request.headers.all('Route'), [P1, P2])
  assert.equal(request.headers.get('From'), '<sip:bob@192.0.2.7>;tag=b')
  assert.equal(request.headers.get('To'), '"Alice" <sip:alice@192.0.2.1>;tag=a')
})

test('both ends know each other by the same dialog', () => {
  const { uac, uas, success } = aPair()
  assert.equal(keyOfRequest(uac.request('BYE').request), uas.key)
  assert.equal(keyOfRequest(uas.request('BYE').request), uac.key)
  assert.equal(keyOfResponse(success.headers), uac.key)
  assert.equal(keyOfRequest(aRequest('INVITE')), null)
})

test('numbers go up by one; the ACK has its INVITE number', () => {
  const { uac } = aPair()
  assert.deepEqual(
    ['INFO', 'INVITE'].map((method) => uac.request(method).request.headers.get('CSeq')),
    ['11 INFO', '12 INVITE'],
  )
  assert.equal(uac.ack(12).request.headers.get('CSeq'), '12 ACK')
  const { request } = uac.request('BYE')
  assert.equal(uac.again(request).headers.get('CSeq'), '14 BYE')
  assert.equal(request.headers.get('CSeq'), '13 BYE')
})

for (const [number, order] of [
  ['9 INFO', 'late'],
  ['10 INFO', 'late'],
  ['11 INFO', 'next'],
  ['1000 INFO', 'next'],
] as const)
  test(`after 10 ${number} is ${order}`, () => {
    assert.equal(aPair().uas.judge(aRequest('INFO', { CSeq: number })), order)
  })

test('the first request of the other end may have any number', () => {
  const { uac } = aPair()
  assert.equal(uac.judge(aRequest('INFO', { CSeq: '1 INFO' })), 'next')
  assert.equal(uac.judge(aRequest('INFO', { CSeq: '1 INFO' })), 'late')
})

test('an early dialog takes route and target anew from the 2xx', () => {
  const { invite } = aPair()
  const ringing = makeResponse(invite, 180, undefined, 'b')
  ringing.headers.append('Contact', '<sip:early@192.0.2.7>')
  const dialog = Dialog.ofResponse(invite, ringing)!
  assert.equal(dialog.state, 'early')
  const success = makeResponse(aRequest('INVITE', { 'Record-Route': P1 }), 200, undefined, 'b')
  success.headers.append('Contact', '<sip:final@192.0.2.7>')
  dialog.confirm(success)
  assert.equal(dialog.state, 'confirmed')
  assert.equal(dialog.remoteTarget, 'sip:final@192.0.2.7')
  assert.deepEqual(dialog.request('BYE').request.headers.all('Route'), [P1])
})

test('the target moves with a Contact, and stays without', () => {
  const { uas } = aPair()
  uas.refreshTarget(aRequest('UPDATE', { Contact: '<sip:alice@203.0.113.3>' }).headers)
  assert.equal(uas.remoteTarget, 'sip:alice@203.0.113.3')
  const without = aRequest('UPDATE')
  without.headers.delete('Contact')
  uas.refreshTarget(without.headers)
  assert.equal(uas.remoteTarget, 'sip:alice@203.0.113.3')
})

test('no dialog: of 100, of a request without Contact', () => {
  const request = aRequest('INVITE')
  assert.equal(Dialog.ofResponse(request, makeResponse(request, 100)), null)
  for (const contact of ['*', 'nonsense'])
    assert.equal(Dialog.ofRequest(aRequest('INVITE', { Contact: contact }), 'b'), null)
  request.headers.delete('Contact')
  assert.equal(Dialog.ofRequest(request, 'b'), null)
})

test('a 2xx without tag and Contact makes one all the same: an end of RFC 2543', () => {
  const request = aRequest('INVITE')
  const dialog = Dialog.ofResponse(request, makeResponse(request, 200))!
  assert.equal(dialog.remoteTag, '')
  assert.equal(dialog.request('BYE').request.uri, request.uri)
})

for (const [what, routeSet, expected] of [
  ['no routes', [], { uri: 'sip:t@t', routes: [], nextUri: 'sip:t@t' }],
  ['loose', [P1, P2], { uri: 'sip:t@t', routes: [P1, P2], nextUri: 'sip:p1.example.com;lr' }],
  ['loose, lr=on', ['<sip:p;lr=on>'], { uri: 'sip:t@t', routes: ['<sip:p;lr=on>'], nextUri: 'sip:p;lr=on' }],
  ['strict', ['<sip:p>', P2], { uri: 'sip:p', routes: [P2, '<sip:t@t>'], nextUri: 'sip:p' }],
  ['strict, alone', ['<sip:p;lrx>'], { uri: 'sip:p;lrx', routes: ['<sip:t@t>'], nextUri: 'sip:p;lrx' }],
  ['unreadable', ['nonsense'], { uri: 'sip:t@t', routes: [], nextUri: 'sip:t@t' }],
] as const)
  test(`routes: ${what}`, () => assert.deepEqual(routeRequest(routeSet, 'sip:t@t'), expected))
