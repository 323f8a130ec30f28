/** The filter language: what passes, what does not, and where a bad filter goes wrong. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CloudEvent } from '../../../wire/cloudevents/index.ts'
import { FILTER_CHARS_MAX, FILTER_DEPTH_MAX, FilterError, parseFilter, passes } from './index.ts'

const EVENT: CloudEvent = {
  specversion: '1.0',
  type: 'com.twilio.voice.status-callback.call.completed',
  source: '/2010-04-01/Accounts/AC1/Calls/CA1.json',
  id: 'EZ1',
  time: '2026-01-02T03:04:05.678Z',
  extensions: { truncated: true },
  data: {
    sid: 'CA1',
    messageStatus: 'FAILED',
    errorCode: 30004,
    request: {
      method: 'POST',
      parameters: {
        CallStatus: 'busy',
        CallDuration: '23',
        To: '+15005550006',
        'SipHeader_X-Foo': "it's",
        Digits: ['1', '2'],
        Empty: '',
        Note: '100% _sure_',
        Machine: 'false',
      },
    },
    response: { responseCode: 500, contentType: '' },
  },
}

for (const [filter, expected] of [
  ["messageStatus == 'FAILED' AND errorCode == 30004", true], // The vendor's own example.
  ["type = 'com.twilio.voice.status-callback.call.completed'", true],
  ["data.request.parameters.CallStatus = 'busy'", true],
  ["request.parameters.CallStatus = 'busy'", true],
  ["CallStatus = 'busy'", true],
  ['CallStatus = "busy"', true],
  ["CallStatus != 'busy'", false],
  ["CallStatus <> 'completed'", true],
  ["callstatus = 'busy'", false], // Names are case-sensitive, keywords are not.
  ["CallStatus = 'busy' or nothing = 1", true],
  ["NOT CallStatus = 'busy'", false],
  ["not not CallStatus = 'busy'", true],
  ['CallDuration > 10', true],
  ['CallDuration > 100', false],
  ["CallDuration > '100'", true], // Two texts compare as texts.
  ['10 < CallDuration', true],
  ['CallDuration = 23.0', true],
  ['CallDuration >= 23 AND CallDuration <= 23', true],
  ['data.response.responseCode >= 500', true],
  ["data.response.responseCode = '500'", true],
  ['CallStatus > 1', false],
  ['CallStatus != 1', true],
  ['missing = 1', false],
  ['missing != 1', false], // Nothing is there to differ.
  ['NOT missing = 1', true],
  ['EXISTS missing', false],
  ['exists data.response', true],
  ["EXISTS Empty AND Empty = ''", true],
  ['truncated', true],
  ['NOT truncated', false],
  ['Machine', false],
  ['Machine = FALSE', true],
  ['TRUE', true],
  ["CallStatus IN ('completed', 'busy')", true],
  ["CallStatus NOT IN ('completed', 'busy')", false],
  ['CallDuration IN (1, 23)', true],
  ["To LIKE '+1500%'", true],
  ["To LIKE '+1500'", false],
  ["To LIKE '%0006'", true],
  ["To LIKE '%555%'", true],
  ["To LIKE '+1_00555000_'", true],
  ["To LIKE '+1_'", false],
  ["To LIKE '%'", true],
  ["Empty LIKE '%'", true],
  ["Empty LIKE '_'", false],
  ["To NOT LIKE '%9%'", true],
  ["Note LIKE '100\\% %'", true],
  ["Note LIKE '% \\_sure\\_'", true],
  ["To LIKE '\\%%'", false],
  ["SipHeader_X-Foo = 'it\\'s'", true],
  ['SipHeader_X-Foo = "it\'s"', true],
  ["Digits = '2'", true], // Any value of a repeated parameter.
  ["Digits != '2'", false],
  ["Digits = '3'", false],
  ["time >= '2026-01-01T00:00:00Z'", true],
  ['(CallDuration > 100 OR CallDuration < 30) AND sid = "CA1"', true],
  ['CallDuration > 100 OR CallDuration < 30 AND sid = "CA2"', false], // AND binds closer.
  ['data.request = 1', false],
  ['EXISTS data', true],
  ['EXISTS __proto__', false],
  ['EXISTS data.constructor', false],
] as const) {
  test(`${filter} ${expected ? 'passes' : 'does not pass'} a busy call's event`, () => {
    assert.equal(passes(parseFilter(filter), EVENT), expected)
  })
}

for (const [why, filter, position] of [
  ['is empty', '', 1],
  ['is only blank', '   ', 4],
  ['lacks a right side', 'CallStatus = ', 14],
  ['lacks an operator', "CallStatus 'busy'", 12],
  ['has an open parenthesis', "(CallStatus = 'busy'", 21],
  ['closes what it did not open', "CallStatus = 'busy')", 20],
  ['has an open quote', "CallStatus = 'busy", 14],
  ['has a strange character', 'CallStatus ; 1', 12],
  ['compares twice', 'a = 1 = 1', 7],
  ['has an empty list', 'a IN ()', 7],
  ['has a name in a list', 'a IN (b)', 7],
  ['has NOT before nothing', 'a NOT = 1', 7],
  ['matches against a number', 'a LIKE 1', 8],
  ['uses a keyword as a name', 'AND = 1', 1],
  ['is a bare text', "'busy'", 7],
  ['is a bare number', '1', 2],
  ['asks for the existence of a value', "EXISTS 'a'", 8],
  ['has a number that runs into a name', 'a = 1b', 5],
] as const) {
  test(`a filter that ${why} is refused with the position`, () => {
    assert.throws(
      () => parseFilter(filter),
      (error) => error instanceof FilterError && error.position === position,
    )
  })
}

test('a filter is at most 2,048 characters long', () => {
  const filter = `a = '${'x'.repeat(FILTER_CHARS_MAX)}'`
  assert.throws(() => parseFilter(filter), { name: 'FilterError', position: FILTER_CHARS_MAX + 1 })
  assert.doesNotThrow(() => parseFilter(`a = '${'x'.repeat(FILTER_CHARS_MAX - 6)}'`))
})

for (const [what, open, close] of [
  ['parentheses', '(', ')'],
  ['NOTs', 'NOT ', ''],
] as const) {
  test(`a filter has at most 32 levels of ${what}`, () => {
    const nested = (depth: number) => `${open.repeat(depth)}TRUE${close.repeat(depth)}`
    assert.equal(passes(parseFilter(nested(FILTER_DEPTH_MAX)), EVENT), true)
    assert.throws(() => parseFilter(nested(FILTER_DEPTH_MAX + 1)), FilterError)
  })
}

test('LIKE leaves values beyond 4,096 characters alone', () => {
  const long = { ...EVENT, data: { fits: 'a'.repeat(4096), long: 'a'.repeat(4097) } }
  assert.equal(passes(parseFilter("fits LIKE 'a%'"), long), true)
  assert.equal(passes(parseFilter("long LIKE 'a%'"), long), false)
})
