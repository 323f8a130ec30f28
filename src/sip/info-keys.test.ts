import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyOfInfo } from './info-keys.ts'
import { aRequest } from './test-people.ts'

for (const [type, body, key] of [
  ['application/dtmf-relay', 'Signal=5\r\nDuration=160\r\n', '5'],
  ['application/dtmf-relay', 'Signal= 5\r\nDuration= 160', '5'],
  ['Application/DTMF-Relay; charset=utf-8', 'signal=*', '*'],
  ['application/dtmf-relay', 'Duration=160\r\nSignal=#', '#'],
  ['application/dtmf-relay', 'Signal=10', '*'],
  ['application/dtmf-relay', 'Signal=11', '#'],
  ['application/dtmf-relay', 'Signal=d', 'D'],
  ['application/dtmf', '7', '7'],
  ['application/dtmf', ' 12\r\n', 'A'],
  ['application/dtmf', '', null],
  ['application/dtmf-relay', 'Signal=16', null],
  ['application/dtmf-relay', 'Signal=55', null],
  ['application/dtmf-relay', 'Signal=\r\n', null],
  ['application/dtmf-relay', '5', null],
  ['application/dtmf-relay', `Signal=5\r\n${' '.repeat(256)}`, null],
  ['application/media_control+xml', 'Signal=5', null],
  [null, 'Signal=5', null],
] as const)
  test(`the key of ${type} ${JSON.stringify(body.slice(0, 40))} is ${key}`, () => {
    const request = aRequest('INFO', 'sip:us@example.com', ...(type ? ([['Content-Type', type]] as const) : []))
    assert.equal(keyOfInfo({ ...request, body: Buffer.from(body) }), key)
  })
