import assert from 'node:assert/strict'
import { test } from 'node:test'
import { datagramKind } from './datagram-kind.ts'

for (const [bytes, kind] of [
  [[0x80, 0], 'rtp'],
  [[0x80, 0x80], 'rtp'],
  [[0xbf, 101], 'rtp'],
  [[0x80, 200], 'rtcp'],
  [[0x81, 205], 'rtcp'],
  [[0x80, 192], 'rtcp'],
  [[0x80, 223], 'rtcp'],
  [[0x80, 224], 'rtp'],
  [[0x80, 191], 'rtp'],
  [[0, 1], 'stun'],
  [[3, 0], 'stun'],
  [[22, 254], 'dtls'],
  [[0x0d, 0x0a], 'unknown'],
  [[0xc0, 0], 'unknown'],
  [[0x80], 'unknown'],
  [[], 'unknown'],
] as const)
  test(`${bytes.join(' ') || 'nothing'} begins ${kind}`, () => assert.equal(datagramKind(Uint8Array.from(bytes)), kind))
