import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CUT, endOf, type Fault, failureOf, NO_ANSWER, refusalOf } from './socket-end.ts'

const fault = (code: string, name?: string): Fault => ({ code, message: 'so', ...(name && { name }) })

for (const [error, how] of [
  [fault(NO_ANSWER), 'unanswered'],
  [fault('ETIMEDOUT'), 'unanswered'],
  [fault('ECONNREFUSED'), 'not-listening'],
  [fault('EHOSTUNREACH'), 'unreachable'],
  [fault('ENOTFOUND'), 'unreachable'],
  [fault('EAI_AGAIN'), 'unreachable'],
  [fault('', 'EgressError'), 'unreachable'],
  [fault('EPROTO'), 'insecure'],
  [fault('ERR_TLS_CERT_ALTNAME_INVALID'), 'insecure'],
  [fault('ERR_SSL_WRONG_VERSION_NUMBER'), 'insecure'],
  [fault('CERT_HAS_EXPIRED'), 'insecure'],
  [fault('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'insecure'],
  [fault('ECONNRESET'), 'refused'],
  [fault('HPE_INVALID_CONSTANT'), 'refused'],
  [{ message: 'Unexpected server response: 404' }, 'refused'],
  [null, 'refused'],
] as const)
  test(`before it was open, ${error?.code || error?.name || error?.message || 'nothing'}: ${how}`, () => {
    const end = failureOf(error, true)
    assert.equal(end.how, how)
    assert.ok('why' in end && end.why.length > 0)
  })

for (const [code, error, how] of [
  [1000, null, 'closed'],
  [1001, null, 'closed'],
  [1005, null, 'closed'],
  [1006, null, 'broken'],
  [1006, fault('ECONNRESET'), 'broken'],
  [1006, fault(CUT), 'broken'],
  [1006, fault('WS_ERR_INVALID_OPCODE'), 'nonsense'],
  [1009, fault('WS_ERR_UNSUPPORTED_MESSAGE_LENGTH'), 'nonsense'],
  [1011, null, 'broken'],
  [1013, null, 'broken'],
  [4000, null, 'broken'],
] as const)
  test(`open, then ${code}${error ? ` and ${error.code}` : ''}: ${how}`, () => {
    assert.equal(endOf(code, '', error).how, how)
  })

for (const [name, isEncrypted, how] of [
  ['EgressError', true, 'unreachable'],
  ['EgressError', false, 'unencrypted'],
  ['SyntaxError', false, 'unreachable'],
] as const)
  test(`${isEncrypted ? 'wss' : 'ws'}: and ${name}: ${how}`, () => {
    assert.deepEqual(refusalOf(fault('', name), isEncrypted), { how, why: 'so' })
    if (name === 'EgressError') assert.equal(failureOf(fault('', name), isEncrypted).how, how)
  })

test('the app says why', () => {
  assert.deepEqual(endOf(4001, 'no session', null), {
    how: 'broken',
    why: 'The app closed the socket with 4001: no session',
  })
})
