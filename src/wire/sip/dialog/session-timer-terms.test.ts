/** What two ends agree on (RFC 4028 table 2 and sections 7 to 9). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SipHeaders } from '../headers.ts'
import { minSeOf, parseSessionExpires, writeSessionExpires } from './session-expires.ts'
import { answerTimer, askForLonger, askForTimer, termsOfSuccess, writeTerms } from './session-timer-terms.ts'

const of = (fields: Readonly<Record<string, string>>): SipHeaders => {
  const headers = new SipHeaders()
  for (const [name, value] of Object.entries(fields)) headers.append(name, value)
  return headers
}

for (const [value, expected] of [
  ['1800', { seconds: 1800, refresher: null }],
  ['1800;refresher=uac', { seconds: 1800, refresher: 'uac' }],
  ['90 ; Refresher=UAS', { seconds: 90, refresher: 'uas' }],
  ['90;refresher=nobody', { seconds: 90, refresher: null }],
  ['', null],
  ['x', null],
  ['9999999999', null],
] as const)
  test(`Session-Expires: ${value}`, () => {
    const read = parseSessionExpires(value)
    assert.deepEqual(read, expected)
    if (read !== null) assert.deepEqual(parseSessionExpires(writeSessionExpires(read)), read)
  })

for (const [value, seconds] of [
  [undefined, 90],
  ['60', 90],
  ['120', 120],
  ['x', 90],
] as const)
  test(`Min-SE ${value} counts as ${seconds}`, () =>
    assert.equal(minSeOf(of(value === undefined ? {} : { 'Min-SE': value })), seconds))

const CAN = { Supported: 'timer' }
for (const [what, request, wishes, expected] of [
  ['nobody wants one', CAN, [0, 90], 'none'],
  ['the client wants one', { ...CAN, 'Session-Expires': '1800' }, [0, 90], '1800 they'],
  ['the client wants us to refresh', { ...CAN, 'Session-Expires': '1800;refresher=uas' }, [0, 90], '1800 we'],
  ['the client refreshes', { ...CAN, 'Session-Expires': '1800;refresher=uac' }, [0, 90], '1800 they'],
  ['ours is shorter', { ...CAN, 'Session-Expires': '1800' }, [600, 90], '600 they'],
  ['ours is shorter than their least', { ...CAN, 'Session-Expires': '1800', 'Min-SE': '900' }, [600, 90], '900 they'],
  ['ours is longer', { ...CAN, 'Session-Expires': '1800' }, [3600, 90], '1800 they'],
  ['only we want one', CAN, [600, 90], '600 they'],
  ['the client knows none, we want one', {}, [600, 90], '600 we'],
  ['a proxy wants one for a client that knows none', { 'Session-Expires': '1800' }, [0, 90], '1800 we'],
  ['too short', { ...CAN, 'Session-Expires': '100' }, [0, 300], 'too short 300'],
  ['shorter than may be', { ...CAN, 'Session-Expires': '30' }, [0, 0], 'too short 90'],
  ['too short, of a client that knows none', { 'Session-Expires': '100' }, [0, 300], '300 we'],
  ['unreadable', { ...CAN, 'Session-Expires': 'soon' }, [0, 90], 'none'],
] as const)
  test(`a server's answer: ${what} → ${expected}`, () => {
    const answer = answerTimer(of(request), { expiresSec: wishes[0], minSeSec: wishes[1] })
    const told =
      answer.kind === 'none'
        ? 'none'
        : answer.kind === 'too-short'
          ? `too short ${answer.minSeSec}`
          : `${answer.terms.seconds} ${answer.terms.weRefresh ? 'we' : 'they'}`
    assert.equal(told, expected)
  })

for (const weRefresh of [true, false])
  test(`both ends understand the same: the server ${weRefresh ? 'refreshes' : 'does not refresh'}`, () => {
    const success = new SipHeaders()
    writeTerms(success, { seconds: 600, weRefresh })
    assert.deepEqual(termsOfSuccess(success), { seconds: 600, weRefresh: !weRefresh })
    assert.equal(success.get('Require'), weRefresh ? undefined : 'timer')
  })

test('a 2xx without Session-Expires: no timer', () => assert.equal(termsOfSuccess(new SipHeaders()), null))

for (const [what, wishes, terms, expected] of [
  ['nothing wanted', [0, 90], null, undefined],
  ['wanted', [1800, 90], null, '1800'],
  ['in force, ours', [1800, 90], { seconds: 600, weRefresh: true }, '600;refresher=uac'],
  ['in force, theirs', [0, 90], { seconds: 600, weRefresh: false }, '600;refresher=uas'],
] as const)
  test(`a client asks: ${what}`, () => {
    const headers = new SipHeaders()
    askForTimer(headers, { expiresSec: wishes[0], minSeSec: wishes[1] }, terms)
    assert.equal(headers.get('Session-Expires'), expected)
  })

test('after 422 the client asks for as much as is wanted', () => {
  const headers = of({ 'Session-Expires': '100;refresher=uac' })
  assert.equal(askForLonger(headers, of({ 'Min-SE': '300' })), true)
  assert.equal(headers.get('Session-Expires'), '300;refresher=uac')
  assert.equal(headers.get('Min-SE'), '300')
  assert.equal(askForLonger(headers, of({ 'Min-SE': '300' })), false)
  assert.equal(askForLonger(of({}), of({ 'Min-SE': '300' })), false)
})
