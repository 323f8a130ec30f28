import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseSdp, SDP_LENGTH_MAX, SDP_MEDIA_MAX } from './parse-sdp.ts'
import { lines, USUAL } from './test-descriptions.ts'
import { writeSdp } from './write-sdp.ts'

test('a description is read into its parts', () => {
  const read = parseSdp(USUAL)
  assert.deepEqual(read?.origin, {
    username: 'alice',
    sessionId: '2890844526',
    sessionVersion: '2890844526',
    connection: { addressType: 'IP4', address: '192.0.2.7' },
  })
  assert.deepEqual(read?.media[0]?.formats, ['0', '8', '101'])
  assert.deepEqual(read?.media[0]?.attributes.at(-1), { name: 'sendrecv', value: null })
})

test('what is read is written as it was', () => {
  assert.deepEqual(writeSdp(parseSdp(USUAL)!), USUAL)
})

const ORIGIN = 'o=- 1 1 IN IP4 192.0.2.7'
const cases: readonly (readonly [what: string, body: Uint8Array, isRead: boolean])[] = [
  ['lines that end with a bare line feed', new TextEncoder().encode(`v=0\n${ORIGIN}\ns=x\nt=0 0\n`), true],
  ['no name', lines('v=0', ORIGIN, 't=0 0'), true],
  ['types nobody knows', lines('v=0', ORIGIN, 's=-', 'q=what', 'b=AS:64', 'k=clear:x', 't=0 0'), true],
  ['IPv6', lines('v=0', 'o=- 1 1 IN IP6 2001:db8::1', 's=-', 'c=IN IP6 2001:db8::1'), true],
  ['a multicast address with its scope', lines('v=0', ORIGIN, 's=-', 'c=IN IP4 224.2.1.1/127'), true],
  ['nothing', new Uint8Array(0), false],
  ['another version', lines('v=1', ORIGIN, 's=-'), false],
  ['no origin', lines('v=0', 's=-', 't=0 0'), false],
  ['an origin that is none', lines('v=0', 'o=alice', 's=-'), false],
  ['a line that is none', lines('v=0', ORIGIN, 'hello'), false],
  ['a port that is none', lines('v=0', ORIGIN, 's=-', 'm=audio 70000 RTP/AVP 0'), false],
  ['a medium without formats', lines('v=0', ORIGIN, 's=-', 'm=audio 4000 RTP/AVP'), false],
  ['a connection that is none', lines('v=0', ORIGIN, 's=-', 'c=ATM x y'), false],
  ['too many media', lines('v=0', ORIGIN, ...Array(SDP_MEDIA_MAX + 1).fill('m=audio 4 RTP/AVP 0')), false],
  ['too long', lines('v=0', ORIGIN, `s=${'x'.repeat(SDP_LENGTH_MAX)}`), false],
]
for (const [what, body, isRead] of cases)
  test(`${what}: ${isRead ? 'read' : 'not read'}`, () => assert.equal(parseSdp(body) !== null, isRead))
