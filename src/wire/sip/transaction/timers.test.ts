/** When the four machines repeat and end, on UDP and on TCP: RFC 3261 table 4, RFC 6026. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TransportName } from '../transport.ts'
import { InviteClientTransaction } from './invite-client.ts'
import { InviteServerTransaction } from './invite-server.ts'
import { BUCKET_MS } from './lingering.ts'
import { OtherClientTransaction } from './other-client.ts'
import { OtherServerTransaction } from './other-server.ts'
import { aGround, aHop, aRequest, aResponse, START } from './test-ground.ts'

const SILENT = { onResponse() {}, onNoAnswer() {} }
const ENDED = { onAck() {}, onCancel() {}, onFailure() {} }

/** Runs for a little over an hour. @returns when what was sent, and in which tenth of a second it ended */
async function timesOf(world: ReturnType<typeof aGround>): Promise<{ sentAtMs: number[]; endedAfterMs: number }> {
  const { clock, sent, endedTimes } = world
  const beginMs = clock.now()
  let endedAfterMs = endedTimes() > 0 ? 0 : Number.POSITIVE_INFINITY
  while (endedTimes() === 0 && clock.now() - beginMs < 3_700_000) {
    await clock.advance(100)
    if (endedTimes() > 0) endedAfterMs = clock.now() - beginMs
  }
  assert.equal(clock.pending, 0, 'timers are left')
  return { sentAtMs: sent.map(({ atMs }) => atMs - (beginMs - START)), endedAfterMs }
}

/** Lingering ones may stay up to a bucket longer. */
function assertEnds(endedAfterMs: number, afterMs: number, lingers: boolean): void {
  const late = endedAfterMs - afterMs
  assert.ok(late >= 0 && late <= (lingers ? BUCKET_MS * 2 : 0), `ended after ${endedAfterMs}, expected ${afterMs}`)
}

const A_TIMES = [0, 500, 1500, 3500, 7500, 15_500, 31_500]
const E_TIMES = [0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500]

for (const [what, transport, sent, endMs, lingers, begin] of [
  ['INVITE without any answer (A, B)', 'udp', A_TIMES, 32_000, false, invite()],
  ['INVITE without any answer (B)', 'tcp', [0], 32_000, false, invite()],
  ['INVITE that rings for ever (C)', 'udp', [0], 3_600_000, true, invite(180)],
  ['cancelled INVITE without an answer', 'udp', [0], 32_000, false, invite(180, 'cancel')],
  ['accepted INVITE (M)', 'udp', [0], 32_000, true, invite(200)],
  ['accepted INVITE (M)', 'tcp', [0], 32_000, true, invite(200)],
  ['refused INVITE (D)', 'udp', [0, 0], 32_000, true, invite(486)],
  ['refused INVITE (D)', 'tcp', [0, 0], 0, false, invite(486)],
  ['OPTIONS without any answer (E, F)', 'udp', E_TIMES, 32_000, false, options()],
  ['OPTIONS without any answer (F)', 'tcp', [0], 32_000, false, options()],
  [
    'OPTIONS with a provisional answer (E at T2)',
    'udp',
    [0, 500, 4500, 8500, 12_500, 16_500, 20_500, 24_500, 28_500],
    32_000,
    false,
    options(100),
  ],
  ['answered OPTIONS (K)', 'udp', [0], 5000, true, options(200)],
  ['answered OPTIONS (K)', 'tcp', [0], 0, false, options(200)],
  ['INVITE here, unanswered (100, C)', 'udp', [200], 3_600_200, true, inviteHere()],
  ['INVITE here, accepted (L)', 'udp', [0], 32_000, true, inviteHere(200)],
  ['INVITE here, accepted (L)', 'tcp', [0], 32_000, true, inviteHere(200)],
  ['INVITE here, refused without ACK (G, H)', 'udp', E_TIMES, 32_000, false, inviteHere(486)],
  ['INVITE here, refused without ACK (H)', 'tcp', [0], 32_000, false, inviteHere(486)],
  ['INVITE here, refused with ACK (I)', 'udp', [0], 5000, true, inviteHere(486, 'ack')],
  ['INVITE here, refused with ACK (I)', 'tcp', [0], 0, false, inviteHere(486, 'ack')],
  ['OPTIONS here, never answered', 'udp', [], 32_000, true, optionsHere()],
  ['OPTIONS here, answered (J)', 'udp', [0], 32_000, true, optionsHere(200)],
  ['OPTIONS here, answered (J)', 'tcp', [0], 0, false, optionsHere(200)],
] as const)
  test(`${what}, ${transport}: sent at ${sent.join(', ')}, ends after ${endMs} ms`, async () => {
    const world = aGround()
    begin(world, transport)
    const { sentAtMs, endedAfterMs } = await timesOf(world)
    assert.deepEqual(sentAtMs, sent)
    assertEnds(endedAfterMs, endMs, lingers)
    assert.equal(world.endedTimes(), 1)
  })

type Begin = (world: ReturnType<typeof aGround>, transport: TransportName) => void

function invite(...steps: (number | 'cancel')[]): Begin {
  return ({ ground }, transport) => {
    const request = aRequest('INVITE')
    const hop = aHop(transport)
    const transaction = new InviteClientTransaction({
      ground,
      key: '',
      hop,
      request,
      listener: SILENT,
      sendCancel() {},
    })
    transaction.start()
    for (const step of steps)
      if (step === 'cancel') transaction.cancel()
      else transaction.receive(aResponse(request, step), hop)
  }
}

function options(status?: number): Begin {
  return ({ ground }, transport) => {
    const request = aRequest('OPTIONS')
    const hop = aHop(transport)
    const transaction = new OtherClientTransaction({ ground, key: '', hop, request, listener: SILENT })
    transaction.start()
    if (status !== undefined) transaction.receive(aResponse(request, status), hop)
  }
}

function inviteHere(...steps: (number | 'ack')[]): Begin {
  return ({ ground }, transport) => {
    const request = aRequest('INVITE')
    const hop = aHop(transport)
    const transaction = new InviteServerTransaction({ ground, key: '', hop, request, merged: false, mergedKey: null })
    transaction.listen(ENDED)
    transaction.start()
    for (const step of steps)
      if (step === 'ack') transaction.receive({ ...request, method: 'ACK' })
      else transaction.respond(aResponse(request, step))
  }
}

function optionsHere(status?: number): Begin {
  return ({ ground }, transport) => {
    const transaction = new OtherServerTransaction({
      ground,
      key: '',
      hop: aHop(transport),
      merged: false,
      mergedKey: null,
    })
    transaction.start()
    if (status !== undefined) transaction.respond(aResponse(aRequest('OPTIONS'), status))
  }
}
