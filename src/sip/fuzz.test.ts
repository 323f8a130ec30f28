/**
 * Whatever comes to the port, a call that is up goes on, and nothing stays behind.
 * SIP_FUZZ_DATAGRAMS says how many, SIP_FUZZ_SEED which ones.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mutated, seededRandom } from '../wire/sip/test-mutations.ts'
import { tortureMessages } from '../wire/sip/torture/test-messages.ts'
import type { Hop } from '../wire/sip/transport.ts'
import { Bed } from './test-bed.ts'

const DATAGRAMS = Number(process.env.SIP_FUZZ_DATAGRAMS ?? 3_000)
const SEED = Number(process.env.SIP_FUZZ_SEED ?? 4475)
/** Strangers; few, so that some get beyond what is answered, and many, so that not all are muted. */
const SOURCES = 64
/** The clock goes on after so many. */
const BATCH = 25

const typical = (start: string, cseq: string, ...others: string[]) =>
  Buffer.from(
    [
      start,
      'Via: SIP/2.0/UDP 198.51.100.9:5060;branch=z9hG4bKfuzz;rport',
      'Max-Forwards: 70',
      'From: <sip:mallory@example.org>;tag=m',
      'To: <sip:+15550123456@ringback.example.com>',
      'Call-ID: fuzz',
      `CSeq: ${cseq}`,
      'Contact: <sip:mallory@198.51.100.9>',
      ...others,
      '',
      '',
    ].join('\r\n'),
  )

const CORPUS = [
  ...tortureMessages().map(({ bytes }) => bytes),
  typical('INVITE sip:+15550123456@ringback.example.com SIP/2.0', '1 INVITE', 'Supported: 100rel, timer'),
  typical('REGISTER sip:ringback.example.com SIP/2.0', '1 REGISTER', 'Expires: 60'),
  typical('OPTIONS sip:ringback.example.com SIP/2.0', '1 OPTIONS'),
  typical('BYE sip:ringback@203.0.113.1 SIP/2.0', '2 BYE'),
  typical('CANCEL sip:+15550123456@ringback.example.com SIP/2.0', '1 CANCEL'),
]

test(`${DATAGRAMS} datagrams of strangers: a call that goes on, and nothing left`, async () => {
  const isStranger = ({ address }: Hop) => address.startsWith('198.51.100.')
  const bed = new Bed({ nowhere: isStranger, more: { callsPerSecondPerSource: 1000, maxCalls: 1000 } })
  const alice = bed.party('alice')
  bed.call(alice)
  await bed.settle()
  const up = bed.incoming[0]!
  up.leg!.answer()
  await bed.settle()
  up.news()
  const random = seededRandom(SEED)
  const { events } = bed.network
  for (let sent = 0; sent < DATAGRAMS; sent++) {
    const address = `198.51.100.${Math.floor(random() * SOURCES)}`
    events.received(mutated(CORPUS, random), { transport: 'udp', address, port: 5060 })
    if (sent % BATCH > 0) continue
    await bed.clock.advance(200)
    for (const call of bed.incoming.splice(1)) {
      if (random() < 0.5) call.leg!.answer()
      call.leg!.hangUp()
    }
  }
  assert.deepEqual(up.told, [])
  alice.session.bye()
  await bed.settle()
  assert.deepEqual(up.news(), ['hung-up'])
  assert.deepEqual(await bed.leftovers(), [])
})
