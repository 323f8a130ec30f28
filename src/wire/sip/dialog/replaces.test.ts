import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SipHeaders } from '../headers.ts'
import { makeResponse } from '../make-response.ts'
import { aRequest } from '../transaction/test-ground.ts'
import { Dialog } from './dialog.ts'
import { findReplaced, parseReplaces, replacesOf, writeReplaces } from './replaces.ts'

for (const [value, expected] of [
  [
    '98732@x;from-tag=r33th4x0r;to-tag=ff87ff',
    { callId: '98732@x', toTag: 'ff87ff', fromTag: 'r33th4x0r', earlyOnly: false },
  ],
  ['12@x ; to-tag=1 ;from-tag=2;early-only', { callId: '12@x', toTag: '1', fromTag: '2', earlyOnly: true }],
  ['12@x;to-tag=1', null],
  ['12@x;from-tag=1;to-tag', null],
  [';to-tag=1;from-tag=2', null],
  ['12@x;to-tag=1;from-tag=2;to-tag=3', null],
  ['', null],
] as const)
  test(`Replaces: ${value}`, () => {
    const replaces = parseReplaces(value)
    assert.deepEqual(replaces, expected)
    if (replaces !== null) assert.deepEqual(parseReplaces(writeReplaces(replaces)), replaces)
  })

/** Ours, as caller or callee, in a state. */
function aDialog(isCaller: boolean, state: 'early' | 'confirmed' | 'terminated', remoteTag = 'b'): Dialog {
  const invite = aRequest('INVITE')
  const dialog = isCaller
    ? Dialog.ofResponse(invite, makeResponse(invite, state === 'early' ? 180 : 200, undefined, remoteTag || undefined))!
    : Dialog.ofRequest(invite, 'us')!
  if (state !== 'early') dialog.confirm()
  if (state === 'terminated') dialog.terminate()
  return dialog
}

for (const [what, dialog, changes, expected] of [
  ['confirmed', aDialog(true, 'confirmed'), {}, 'dialog'],
  ['confirmed, as callee', aDialog(false, 'confirmed'), {}, 'dialog'],
  ['confirmed, but only early is wanted', aDialog(true, 'confirmed'), { earlyOnly: true }, 486],
  ['early, we call', aDialog(true, 'early'), { earlyOnly: true }, 'dialog'],
  ['early, we are called', aDialog(false, 'early'), {}, 481],
  ['terminated', aDialog(true, 'terminated'), {}, 603],
  ['another', aDialog(true, 'confirmed'), { toTag: 'other' }, 481],
  ['an end without a tag', aDialog(true, 'confirmed', ''), { fromTag: '0' }, 'dialog'],
] as const)
  test(`to be replaced: ${what} → ${expected}`, () => {
    const { callId, localTag, remoteTag } = dialog
    const replaces = { callId, toTag: localTag, fromTag: remoteTag, earlyOnly: false, ...changes }
    const headers = new SipHeaders().append('Replaces', writeReplaces(replaces))
    const found = findReplaced(headers, (key) => (key === dialog.key ? dialog : undefined))
    assert.deepEqual(found, expected === 'dialog' ? { kind: 'dialog', dialog } : { kind: 'refused', status: expected })
  })

test('none, two, and one that cannot be read', () => {
  const find = () => undefined
  assert.deepEqual(findReplaced(new SipHeaders(), find), { kind: 'none' })
  const two = new SipHeaders().append('Replaces', 'a;to-tag=1;from-tag=2').append('Replaces', 'a;to-tag=1;from-tag=2')
  assert.deepEqual(findReplaced(two, find), { kind: 'refused', status: 400 })
  const bad = new SipHeaders().append('Replaces', 'a;to-tag=1')
  assert.deepEqual(findReplaced(bad, find), { kind: 'refused', status: 400 })
})

test('what is said to the far end names the dialog as it sees it', () => {
  const dialog = aDialog(true, 'confirmed')
  assert.deepEqual(replacesOf(dialog), { callId: dialog.callId, toTag: 'b', fromTag: 'a', earlyOnly: false })
  assert.equal(replacesOf(aDialog(true, 'confirmed', '')).toTag, '0')
})
