// `ringback sip` and `ringback trunk` against a server that listens: a phone is let in and registers, a trunk is set up and asked.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import twilio from 'twilio'
import { answerChallenge, chooseChallenge } from '../../src/wire/sip/digest.ts'
import { startServer } from '../kit/server-process.ts'

const run = promisify(execFile)
const BIN = join(import.meta.dirname, '../../bin/ringback.js')

interface Ran {
  readonly stdout: string
  readonly stderr: string
  readonly code?: number
}

async function platform(t: TestContext, sip: string | null) {
  const data = mkdtempSync(join(tmpdir(), 'ringback-sip-'))
  t.after(() => rmSync(data, { recursive: true, force: true }))
  const server = await startServer({ data, ...(sip !== null && { env: { RINGBACK_SIP: sip } }) })
  t.after(() => server.kill('SIGTERM'))
  const { PATH, NODE_COMPILE_CACHE } = process.env
  const env = { PATH, RINGBACK_DATA: data, ...(NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE }) }
  const { accountSid, authToken, url } = server
  const client = twilio(accountSid, authToken)
  client.api.baseUrl = url
  const ringback = (...args: string[]): Promise<Ran> =>
    run(process.execPath, [BIN, ...args], { env }).catch((error: Ran) => error)
  return { ringback, client }
}

async function socket(t: TestContext): Promise<{ readonly udp: Socket; readonly port: number }> {
  const udp = createSocket('udp4')
  udp.bind(0, '127.0.0.1')
  await once(udp, 'listening')
  t.after(() => udp.close())
  return { udp, port: udp.address().port }
}

const field = (message: string, name: string) =>
  [...message.matchAll(new RegExp(`^${name}: *(.*?)\\r$`, 'gim'))].map(([, value]) => value!)

/** Registers as a phone does that was told no more than the command printed. @returns the answer's first line */
async function register(t: TestContext, printed: string): Promise<string> {
  const told = (what: string) => new RegExp(`^ +${what} +(\\S+)`, 'm').exec(printed)![1]!
  const [host, serverPort] = told('Server').split(':')
  const uri = `sip:${told('Domain')}`
  const user = { username: told('User'), password: told('Password') }
  const address = `<sip:${user.username}@${told('Domain')}>`
  const { udp, port } = await socket(t)
  const ask = async (cseq: number, authorization: readonly string[]): Promise<string> => {
    const lines = [
      `REGISTER ${uri} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${port};branch=z9hG4bK${cseq}`,
      `From: ${address};tag=1`,
      `To: ${address}`,
      'Call-ID: desk@phone',
      `CSeq: ${cseq} REGISTER`,
      `Contact: <sip:${user.username}@127.0.0.1:${port}>`,
      'User-Agent: Desk 1.0',
      'Max-Forwards: 70',
      ...authorization,
      'Content-Length: 0',
    ]
    udp.send(`${lines.join('\r\n')}\r\n\r\n`, Number(serverPort), host)
    const [answer] = (await once(udp, 'message')) as [Buffer]
    return answer.toString()
  }
  const challenged = await ask(1, [])
  const challenge = chooseChallenge(field(challenged, 'WWW-Authenticate'))
  assert.ok(challenge, challenged)
  const about = { method: 'REGISTER', uri, cnonce: 'abc', count: 1 }
  const answer = await ask(2, [`Authorization: ${answerChallenge(challenge, user, about)}`])
  return answer.slice(0, answer.indexOf('\r\n'))
}

test('a user is let in by one command, and the phone registers with what it printed', async (t) => {
  const { ringback } = await platform(t, 'udp:127.0.0.1:0')
  assert.match((await ringback('sip', 'registrations')).stdout, /No phone is registered/)

  const added = await ringback('sip', 'user', 'add', 'alice')
  assert.equal(added.stderr, '')
  assert.match(added.stdout, /Server +127\.0\.0\.1:\d+ \(udp\)$/m)
  assert.match(added.stdout, /Domain +ringback\.internal$/m)
  assert.match(added.stdout, /<Dial><Sip>sip:alice@ringback\.internal<\/Sip><\/Dial>/)
  assert.match(added.stdout, /domain ringback\.internal was made/)

  const second = await ringback('sip', 'user', 'add', 'bob', '--password', 'CorrectHorse9Battery')
  assert.match(second.stdout, /Password +CorrectHorse9Battery$/m)
  assert.doesNotMatch(second.stdout, /was made/)

  assert.equal(await register(t, added.stdout), 'SIP/2.0 200 OK')
  assert.match(
    (await ringback('sip', 'registrations')).stdout,
    /sip:alice@ringback\.internal\n +127\.0\.0\.1:\d+ \(udp\), Desk 1\.0/,
  )
  const listed = (await ringback('sip', 'user', 'list')).stdout
  assert.match(
    listed,
    /ringback\.internal\n +alice +127\.0\.0\.1:\d+ \(udp\), Desk 1\.0, until .* UTC\n +bob +not registered/,
  )

  const again = await ringback('sip', 'user', 'add', 'alice')
  assert.equal(again.code, 1)
  assert.match(again.stderr, /^ringback: alice is in ringback\.internal already/)
  const weak = await ringback('sip', 'user', 'add', 'carol', '--password', 'weak')
  assert.match(weak.stderr, /^ringback: Password is not valid, expected 12 to 128 characters.* \(21243\)\n$/)

  assert.match((await ringback('sip', 'user', 'remove', 'alice')).stdout, /alice may register no more/)
  assert.match((await ringback('sip', 'user', 'remove', 'alice')).stderr, /^ringback: There is no user alice/)
  assert.doesNotMatch((await ringback('sip', 'user', 'list')).stdout, /alice/)
})

test('a trunk is set up, asked, replaced and removed', async (t) => {
  const { ringback } = await platform(t, 'udp:127.0.0.1:0')
  assert.match((await ringback('trunk', 'list')).stdout, /There are no trunks/)
  const { udp, port } = await socket(t)
  udp.on('message', (bytes, from) => {
    const request = bytes.toString()
    const same = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].flatMap((name) =>
      field(request, name).map((value) => `${name}: ${value}`),
    )
    udp.send(['SIP/2.0 200 OK', ...same, 'Content-Length: 0', '', ''].join('\r\n'), from.port, from.address)
  })

  const host = `127.0.0.1:${port}`
  const login = ['--user', 'us', '--password', 'hush-hush-hush']
  const ways = ['--prefix', '+49', '--prefix', '+43', '--from', '198.51.100.0/24', '--number-format', '00']
  const added = await ringback(
    'trunk',
    'add',
    'carrier',
    '--host',
    host,
    ...login,
    ...ways,
    '--max-calls',
    '10',
    '--srtp',
  )
  assert.equal(added.stderr, '')
  assert.match(added.stdout, new RegExp(`Calls go to +127\\.0\\.0\\.1:${port} \\(udp\\)`))
  assert.match(added.stdout, /Numbers +\+49 \+43, written 00 for \+/)
  assert.match(added.stdout, /At most +10 calls/)
  assert.doesNotMatch(added.stdout, /hush/)

  const checked = await ringback('trunk', 'check', 'carrier')
  assert.match(checked.stdout, /carrier answers: 200 after \d+ ms\./)
  assert.equal(checked.code, undefined)

  const twice = await ringback('trunk', 'add', 'carrier', '--host', host)
  assert.match(twice.stderr, /^ringback: There already is a trunk carrier \(20409\)\n$/)
  const replaced = await ringback('trunk', 'add', 'carrier', '--host', host, '--caller-id', '+4930123', '--replace')
  assert.match(replaced.stdout, /Caller id +\+4930123/)
  assert.match((await ringback('trunk', 'show', 'carrier')).stdout, /As +nobody/)
  assert.match((await ringback('trunk', 'list')).stdout, /^ +carrier {2}127\.0\.0\.1:\d+ \(udp\) {2}all$/m)
  assert.match((await ringback('trunk', 'remove', 'carrier')).stdout, /Trunk carrier is removed/)
  const gone = await ringback('trunk', 'show', 'carrier')
  assert.equal(gone.code, 1)
  assert.match(gone.stderr, /^ringback: The requested resource .*Trunks\/carrier was not found \(20404\)\n$/)

  const wrong = await ringback('trunk', 'add', 'carrier', '--host', host, '--prefix', '49')
  assert.match(wrong.stderr, /^ringback: Parameter prefixes\[0\] is not valid: '49'/)
  assert.match((await ringback('trunk', 'add', 'carrier')).stderr, /required option '--host/)
})

test('where SIP listens nowhere, users and trunks are set up all the same, and it is said', async (t) => {
  const { ringback } = await platform(t, null)
  const added = await ringback('sip', 'user', 'add', 'alice', '--domain', 'Office.Example')
  assert.match(added.stdout, /Server +SIP listens nowhere: start the server with --sip/)
  assert.match((await ringback('sip', 'user', 'add', 'bob', '--domain', 'lab.example')).stdout, /Domain +lab\.example/)
  assert.match(
    (await ringback('sip', 'user', 'list')).stdout,
    /office\.example\n +alice +not registered\n\n +lab\.example/,
  )
  assert.doesNotMatch((await ringback('sip', 'user', 'list', '--domain', 'lab.example')).stdout, /alice/)
  const which = await ringback('sip', 'user', 'remove', 'alice')
  assert.match(which.stderr, /^ringback: There are several SIP domains: office\.example, lab\.example\. Say which/)
  assert.match((await ringback('sip', 'registrations')).stderr, /SIP listens nowhere/)
  await ringback('trunk', 'add', 'carrier', '--host', 'sip.example.net')
  const checked = await ringback('trunk', 'check', 'carrier')
  assert.equal(checked.code, 1)
  assert.match(checked.stderr, /^ringback: The service is not available: SIP listens nowhere/)
  assert.match(
    (await ringback('trunk', 'add', '--help')).stdout,
    /--host <host\[:port\]>[\s\S]*Settings:\n +--data <value>/,
  )
})

test('what is there is used: a domain gets registrations, and calls that are let in by address stay so', async (t) => {
  const { ringback, client } = await platform(t, null)
  const { sip } = client
  const { sid } = await sip.domains.create({ domainName: 'office.example' })
  const offices = await sip.ipAccessControlLists.create({ friendlyName: 'offices' })
  const { auth } = sip.domains(sid)
  await auth.calls.ipAccessControlListMappings.create({ ipAccessControlListSid: offices.sid })
  const first = (await ringback('sip', 'user', 'add', 'alice')).stdout
  assert.match(first, /office\.example takes registrations now/)
  assert.match(first, /let in by their addresses, without a password: that stays so/)
  assert.equal((await sip.domains(sid).fetch()).authType, 'IP_ACL')

  await auth.calls.ipAccessControlListMappings(offices.sid).remove()
  await ringback('sip', 'user', 'add', 'bob')
  assert.equal((await sip.domains(sid).fetch()).authType, 'CREDENTIAL_LIST')
  const [list, ...others] = await sip.credentialLists.list()
  assert.deepEqual([list?.friendlyName, others.length], ['Phones of office.example', 0])
  const users = await sip.credentialLists(list!.sid).credentials.list()
  assert.deepEqual(
    users.map(({ username }) => username),
    ['alice', 'bob'],
  )
})
