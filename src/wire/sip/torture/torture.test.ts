/** Holds the table in docs/protocols/sip-torture.md, and what it says of the values in the messages. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { makeResponse } from '../make-response.ts'
import type { SipMessage } from '../message.ts'
import { parseNameAddr } from '../name-addr.ts'
import { parseMessage } from '../parse-message.ts'
import { parseUri } from '../uri.ts'
import { parseVia } from '../via.ts'
import { writeMessage } from '../write-message.ts'
import { tortureMessage, tortureMessages } from './test-messages.ts'
import { checked, inDatagram, onStream, SUPPORTED } from './test-outcome.ts'

const DOC = join(import.meta.dirname, '../../../../docs/protocols/sip-torture.md')
const MESSAGES = tortureMessages()

/** Section, name, title, in a datagram, on a stream, checked. */
function rows(): string[][] {
  const table = readFileSync(DOC, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| 3'))
  return table.map((line) =>
    line
      .split('|')
      .slice(1, 7)
      .map((cell) => cell.trim()),
  )
}

function taken(name: string): SipMessage {
  const parsed = parseMessage(tortureMessage(name))
  assert.ok(parsed.ok, name)
  return parsed.message
}

test('the table of torture messages says what becomes of them', () => {
  const actual = MESSAGES.map(({ section, name, title, bytes }) => [
    section,
    name,
    title,
    inDatagram(bytes),
    onStream(bytes),
    checked(bytes),
  ])
  assert.equal(actual.length, 49)
  assert.deepEqual(rows(), actual)
})

/** Where the RFC wants it so, as its own texts are. */
const LENGTH_LIES = new Set(['dblreq', 'clerr', 'ncl', 'multi01', 'mcl01', 'inv2543'])

test('the bodies are as long as they say, where they are meant to be', () => {
  for (const { name, bytes } of MESSAGES) {
    const end = bytes.indexOf('\r\n\r\n') + 4
    const stated = /\r\n(?:content-length|l)\s*:\s*(-?\d+)/i.exec(bytes.toString('latin1'))?.[1]
    assert.equal(stated === `${bytes.length - end}`, !LENGTH_LIES.has(name), name)
  }
})

test('every refused torture message can be answered', () => {
  for (const { name, bytes } of MESSAGES) {
    const parsed = parseMessage(bytes)
    if (parsed.ok || parsed.answer === null) continue
    const { request, status, reason } = parsed.answer
    const response = parseMessage(writeMessage(makeResponse(request, status, reason, 'x')))
    // One whose From and To nobody can read goes out with them as they came.
    const isUnreadable = ['badaspec', 'baddn', 'quotbal', 'insuf', 'scalar02'].includes(name)
    assert.equal(response.ok, !isUnreadable, name)
  }
})

test('every torture message that is taken is the same again when it has been written', () => {
  for (const { name, bytes } of MESSAGES) {
    const parsed = parseMessage(bytes)
    if (!parsed.ok) continue
    const again = parseMessage(writeMessage(parsed.message), 'stream')
    assert.ok(again.ok, name)
    const without = (message: SipMessage) => [...message.headers].filter(([key]) => !/^(content-length|l)$/i.test(key))
    assert.deepEqual(without(again.message), without(parsed.message), name)
    assert.deepEqual(Buffer.from(again.message.body), Buffer.from(parsed.message.body), name)
  }
})

test('wsinv: folded, compact and listed fields', () => {
  const { headers } = taken('wsinv')
  assert.deepEqual(
    headers
      .all('Via')
      .map((via) => parseVia(via))
      .map((via) => [via?.transport, via?.host, via?.parameters.get('branch')]),
    [
      ['UDP', '192.0.2.2', '390skdjuw'],
      ['TCP', 'spindle.example.com', 'z9hG4bK9ikj8'],
      ['UDP', '192.168.255.111', 'z9hG4bK30239'],
    ],
  )
  assert.deepEqual(parseNameAddr(headers.get('From')!), {
    displayName: 'J Rosenberg \\"',
    uri: 'sip:jdrosen@example.com',
    parameters: new Map([['tag', '98asjd8']]),
  })
  assert.equal(parseNameAddr(headers.get('To')!)?.parameters.get('tag'), '1918181833n')
  assert.deepEqual(
    [...parseNameAddr(headers.get('Contact')!)!.parameters],
    [
      ['newparam', 'newvalue'],
      ['secondparam', null],
      ['q', '0.33'],
    ],
  )
  assert.equal(headers.get('Subject'), '')
  assert.equal(headers.get('UnknownHeaderWithUnusualValue'), ';;,,;;,;')
  assert.equal(headers.get('NewFangledHeader'), 'newfangled value continued newfangled value')
})

test('intmeth: unusual characters', () => {
  const message = taken('intmeth')
  assert.ok(message.kind === 'request')
  assert.equal(message.method, "!interesting-Method0123456789_*+`.%indeed'~")
  const uri = parseUri(message.uri)
  assert.equal(uri?.user, "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*")
  assert.equal(uri?.password, "&it+has=1,weird!*pas$wo~d_too.(doesn't-it)")
  assert.equal(parseNameAddr(message.headers.get('To')!)?.displayName, 'BEL:\x07 NUL:\0 DEL:\x7f')
  assert.deepEqual(
    [...parseNameAddr(message.headers.get('From')!)!.parameters],
    [
      ["fromparam''~+*_!.-%", 'работающий'],
      ['tag', "_token~1'+`*%!-."],
    ],
  )
  assert.equal(message.headers.get('Call-ID'), 'intmeth.word%ZK-!.*_+\'@word`~)(><:\\/"][?}{')
})

test('escapes are undone once, and only in URIs', () => {
  const esc01 = taken('esc01')
  assert.equal(esc01.kind === 'request' && parseUri(esc01.uri)?.user, 'sips:user@example.com')
  assert.equal(parseUri(parseNameAddr(esc01.headers.get('To')!)!.uri)?.user, 'user')
  const contact = parseUri(parseNameAddr(esc01.headers.get('Contact')!)!.uri)!
  assert.equal(contact.user, 'caller')
  assert.deepEqual(
    [...contact.parameters],
    [
      ['lr', null],
      ['name', 'value%41'],
    ],
  )
  const esc02 = taken('esc02')
  assert.equal(parseNameAddr(esc02.headers.get('To')!)?.displayName, '%Z%45')
  assert.equal(esc02.headers.all('Contact').length, 2)
  const users = taken('escnull')
    .headers.all('Contact')
    .map((value) => parseUri(parseNameAddr(value)!.uri)?.user)
  assert.deepEqual(users, ['\0', '\0\0'])
  const semiuri = taken('semiuri')
  assert.equal(semiuri.kind === 'request' && parseUri(semiuri.uri)?.user, 'user;par=u@example.net')
  assert.equal(semiuri.headers.all('Accept').length, 6)
})

test('parameters belong to the URI within angle brackets, and to the field outside of them', () => {
  const contact = (name: string) => parseNameAddr(taken(name).headers.get('Contact')!)!
  assert.equal(contact('cparam01').uri, 'sip:+19725552222@gw1.example.net')
  assert.ok(contact('cparam01').parameters.has('unknownparam'))
  assert.ok(parseUri(contact('cparam02').uri)!.parameters.has('unknownparam'))
  assert.equal(parseUri(contact('regescrt').uri)!.headers.get('route'), '<sip:sip.example.com>')
})

test('what is long, binary or in another script stays whole', () => {
  assert.equal(taken('longreq').headers.all('Via').length, 34)
  assert.equal(taken('mpart01').body.length, 553)
  assert.ok(taken('mpart01').body.includes(0))
  const unreason = taken('unreason')
  assert.equal(unreason.kind === 'response' && unreason.reason, '= 2**3 * 5**2 но сто девяносто девять - простое')
  const noreason = taken('noreason')
  assert.equal(noreason.kind === 'response' && noreason.reason, '')
  assert.equal(taken('inv2543').body.length, 105)
})

test('whoever passes requests on answers the last hop', () => {
  assert.equal(checked(tortureMessage('zeromf'), { ...SUPPORTED, forwards: true }), '483')
})

test('whoever is no registrar does not take REGISTER', () => {
  const methods = ['INVITE', 'ACK', 'BYE', 'CANCEL']
  assert.equal(checked(tortureMessage('regaut01'), { ...SUPPORTED, methods }), '405 + Allow: INVITE, ACK, BYE, CANCEL')
})
