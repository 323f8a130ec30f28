/** Routers that rewrite addresses: ours, where we name the outside one, and a phone's, which names an inside one. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startPhone } from '../kit/baresip.ts'
import { type SipPlatform, startSipPlatform } from '../kit/sip-platform.ts'
import { receive, request, response, scenario, sdp, send, startSipp } from '../kit/sipp.ts'
import { toneMs } from '../kit/sox.ts'

/** Stands for the address outside: it leads here too, and is none that we listen on by name. */
const OUTSIDE = '127.0.0.2'

let platform: SipPlatform
before(async () => {
  platform = await startSipPlatform(
    {},
    {
      sip: 'udp:0.0.0.0:0',
      sipOpen: true,
      sipPublicHost: OUTSIDE,
      sipMediaHost: OUTSIDE,
      sipRtpPorts: '31000-31019',
    },
  )
})
after(() => platform.stop())

test('we name the outside address and ports of the range that is forwarded', async (t) => {
  const { app, at, ringback } = platform
  const server = at.udp
  assert.match(server, /^127\.0\.0\.2:/)
  app.route('/voice', () => '<Play>/tone.wav</Play>')
  const alice = await startPhone(t, { user: 'alice', server, transport: 'udp' })
  await alice.dial(`sip:${ringback.number.slice(1)}@${server}`)
  await alice.event('CALL_RTPESTAB')
  await alice.hear(1000)
  await alice.hangUp()
  assert.ok((await toneMs(await alice.recording(), 1000))[1000] >= 600)
  const answer = alice.log().slice(alice.log().indexOf('SIP/2.0 200 OK'))
  assert.match(answer, /^Contact: <sip:ringback@127\.0\.0\.2:\d+>/m)
  assert.match(answer, /^c=IN IP4 127\.0\.0\.2/m)
  assert.match(answer, /^m=audio 310[01]\d /m)
})

test('a phone that names an address of its own network is hung up on where it really is', async (t) => {
  const { app, at, ringback } = platform
  app.route('/voice', () => '<Hangup/>')
  const inside = (message: string) => message.replace(/^Contact:.*$/m, 'Contact: <sip:sipp@10.1.2.3:5060>')
  const phone = await startSipp(t, {
    server: at.udp.replace(OUTSIDE, '127.0.0.1'),
    to: ringback.number,
    scenario: scenario(
      send(inside(request('INVITE', { body: sdp() })), 'retrans="500"'),
      receive('180', 'optional="true"'),
      receive('200', 'rrs="true"'),
      send(inside(request('ACK'))),
      receive('BYE'),
      send(response('200 OK', { begins: false })),
    ),
  })
  assert.match(await phone.done(), /^BYE sip:sipp@10\.1\.2\.3:5060 SIP/m)
})
