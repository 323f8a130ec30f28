/** REFER within a session (RFC 3515), and Replaces (RFC 3891). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { REFER_EXPIRES_SEC } from '../dialog/refer-progress.ts'
import { writeReferTo } from '../dialog/refer-to.ts'
import { findReplaced, replacesOf } from '../dialog/replaces.ts'
import { makeResponse } from '../make-response.ts'
import { OutgoingRefer } from './outgoing-refer.ts'
import { REFERS_MAX } from './refers.ts'
import { aCall, Party, sdp } from './test-parties.ts'

function aReferListener() {
  const told: string[] = []
  return {
    told,
    listener: {
      onAccepted: () => void told.push('accepted'),
      onProgress: (status: number) => void told.push(`${status}`),
      onOver: (status: number | null) => void told.push(`over ${status}`),
      onRefused: ({ status }: { readonly status: number }) => void told.push(`refused ${status}`),
      onNoAnswer: () => void told.push('no answer'),
    },
  }
}

test('REFER: accepted, progress is told, the final answer is the last', async () => {
  const { world, alice, bob } = await aCall()
  const { told, listener } = aReferListener()
  alice.session.refer('<sip:carol@carol.example.com>', [['Referred-By', '<sip:alice@alice.example.com>']], listener)
  await world.settle()
  const refer = bob.refers[0]!
  assert.equal(refer.target.uri, 'sip:carol@carol.example.com')
  assert.equal(refer.request.headers.get('Referred-By'), '<sip:alice@alice.example.com>')
  refer.accept()
  await world.settle()
  assert.deepEqual(world.lines(), ['REFER', '202 REFER', 'NOTIFY', '200 NOTIFY'])
  refer.report(180)
  await world.settle()
  refer.report(200)
  refer.report(486)
  await world.settle()
  assert.deepEqual(told, ['accepted', '100', '180', 'over 200'])
  assert.deepEqual(alice.news(), [])
  alice.session.bye()
  assert.deepEqual(await world.leftovers(), [])
})

test('REFER: what happens while a NOTIFY is on its way is told afterwards, the newest only', async () => {
  const { world, alice, bob } = await aCall()
  const { told, listener } = aReferListener()
  alice.session.refer('<sip:carol@carol.example.com>', [], listener)
  await world.settle()
  const refer = bob.refers[0]!
  refer.accept()
  refer.report(180)
  refer.report(183)
  refer.report(486)
  await world.settle()
  assert.deepEqual(told, ['accepted', '100', 'over 486'])
})

test('REFER: refused', async () => {
  const { world, alice, bob } = await aCall()
  const { told, listener } = aReferListener()
  alice.session.refer('<sip:carol@carol.example.com>', [], listener)
  await world.settle()
  bob.refers[0]!.refuse(603)
  alice.session.refer('no address', [], listener)
  await world.settle()
  assert.deepEqual(told.sort(), ['refused 400', 'refused 603'])
})

test('REFER: a call that is never decided is over after three minutes, with 408', async () => {
  const { world, alice, bob } = await aCall()
  const { told, listener } = aReferListener()
  alice.session.refer('<sip:carol@carol.example.com>', [], listener)
  await world.settle()
  bob.refers[0]!.accept()
  await world.pass(181_000)
  assert.deepEqual(told, ['accepted', '100', 'over 408'])
})

test('REFER: one that is not answered is no answer', async () => {
  const { world, alice } = await aCall()
  const { told, listener } = aReferListener()
  alice.session.refer('<sip:carol@carol.example.com>', [], listener)
  await world.pass(33_000)
  assert.deepEqual(told, ['no answer'])
})

test('REFER: who accepts and never tells is not listened to for ever', async () => {
  const { world, alice } = await aCall()
  const { told, listener } = aReferListener()
  const accepted = makeResponse(alice.session.dialog.request('REFER').request, 202)
  let isGone = false
  const refer = new OutgoingRefer(world, listener, () => {
    isGone = true
  })
  refer.onResponse(accepted)
  await world.pass(2 * REFER_EXPIRES_SEC * 1000)
  assert.deepEqual(told, ['accepted', 'over null'])
  assert.equal(isGone, true)
  assert.equal(refer.takes({ id: null, status: 200, over: true }), false)
})

test(`REFER: more than ${REFERS_MAX} at a time are refused on both sides`, async () => {
  const { world, alice, bob } = await aCall()
  const { told, listener } = aReferListener()
  for (let count = 0; count < REFERS_MAX; count++)
    assert.equal(alice.session.refer('<sip:carol@carol.example.com>', [], listener), true)
  assert.equal(alice.session.refer('<sip:carol@carol.example.com>', [], listener), false)
  alice.session.send('REFER', [['Refer-To', '<sip:carol@carol.example.com>']], null, {
    onResponse: ({ status }) => void told.push(`${status}`),
    onNoAnswer() {},
  })
  await world.settle()
  assert.equal(bob.refers.length, REFERS_MAX)
  assert.deepEqual(told, ['486'])
})

test('REFER: without a subscription nothing is told (RFC 4488)', async () => {
  const { world, alice, bob } = await aCall()
  const { told, listener } = aReferListener()
  alice.session.refer('<sip:carol@carol.example.com>', [['Refer-Sub', 'false']], listener)
  await world.settle()
  bob.refers[0]!.accept()
  bob.refers[0]!.report(200)
  await world.settle()
  assert.deepEqual(told, ['accepted', 'over null'])
  assert.deepEqual(world.lines(), ['REFER', '202 REFER'])
})

test('REFER: the session ends, and with it what is told', async () => {
  const { world, alice, bob } = await aCall()
  const { told, listener } = aReferListener()
  alice.session.refer('<sip:carol@carol.example.com>', [], listener)
  await world.settle()
  bob.refers[0]!.accept()
  await world.settle()
  alice.session.bye()
  assert.deepEqual(told, ['accepted', '100', 'over null'])
  bob.refers[0]!.report(200)
  assert.deepEqual(await world.leftovers(), [])
})

test('an attended transfer: the INVITE with Replaces takes over the call', async () => {
  const { world, alice, bob } = await aCall()
  const carol = new Party(world, 'carol')
  carol.onCall = (invite) => invite.answer(sdp('carol'))
  alice.call(carol)
  await world.settle()
  const [toBob, toCarol] = alice.sessions as [typeof alice.session, typeof alice.session]
  const referTo = writeReferTo('sip:carol@carol.example.com', replacesOf(toCarol.dialog))!
  toBob.refer(referTo, [], aReferListener().listener)
  await world.settle()

  const { target } = bob.refers[0]!
  const replaces = target.headers.get('replaces')!
  carol.onCall = (invite) => {
    const found = findReplaced(invite.request.headers, (key) => carol.core.find(key)?.dialog)
    assert.ok(found.kind === 'dialog')
    invite.answer(sdp('carol'))
    carol.core.find(found.dialog.key)!.bye()
  }
  bob.refers[0]!.accept()
  bob.call(carol, { uri: target.uri, headers: [['Replaces', replaces]] })
  await world.settle()
  assert.equal(toCarol.isOver, true)
  assert.equal(bob.outcome?.kind, 'answered')
  assert.equal(carol.core.size, 1)
})

test('a NOTIFY of something else comes to the owner', async () => {
  const { world, alice, bob } = await aCall()
  alice.session.send('NOTIFY', [['Event', 'dialog']], null, { onResponse() {}, onNoAnswer() {} })
  await world.settle()
  assert.deepEqual(bob.news(), ['NOTIFY'])
})
