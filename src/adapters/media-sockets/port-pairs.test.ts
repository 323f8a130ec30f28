import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { after, test } from 'node:test'
import { type PortPair, PortPairs } from './port-pairs.ts'
import { aRange, HOST } from './test-lines.ts'

const opened: PortPair[] = []
after(() => opened.forEach((pair) => void pair.close()))

async function open(pairs: PortPairs): Promise<PortPair | null> {
  const pair = await pairs.open()
  if (pair) opened.push(pair)
  return pair
}

async function openAll(pairs: PortPairs): Promise<PortPair[]> {
  const all: PortPair[] = []
  for (let pair = await open(pairs); pair; pair = await open(pairs)) all.push(pair)
  return all
}

test('a pair is an even port and the next one, each its own', async () => {
  const all = await openAll(new PortPairs(HOST, aRange(6)))
  assert.ok(all.length > 0)
  assert.equal(new Set(all.map(({ port }) => port)).size, all.length)
  for (const { port, rtp, rtcp } of all)
    assert.deepEqual([port % 2, rtp.address().port, rtcp.address().port], [0, port, port + 1])
  for (const pair of all) pair.close()
})

test('when all are taken there is none; what is closed is there again, the longest free first', async () => {
  const pairs = new PortPairs(HOST, aRange(5))
  const all = await openAll(pairs)
  assert.ok(all.length >= 2)
  assert.equal(await pairs.open(), null)
  const [first, second] = all
  second!.close()
  first!.close()
  first!.close()
  const again = await openAll(pairs)
  assert.deepEqual(new Set(again.map(({ port }) => port)), new Set([first!.port, second!.port]))
  for (const pair of [...all, ...again]) pair.close()
})

test('a port rests before it is used again', async () => {
  const pairs = new PortPairs(HOST, aRange(5))
  const first = await open(pairs)
  first!.close()
  const second = await open(pairs)
  assert.notEqual(second!.port, first!.port)
  second!.close()
})

test('ports that somebody else has are passed over, the even one or the odd', async () => {
  const { first } = aRange(3)
  const taken = [first, first + 3].map((port) => createSocket('udp4').bind({ port, address: HOST, exclusive: true }))
  await Promise.all(taken.map((socket) => once(socket, 'listening')))
  const all = await openAll(new PortPairs(HOST, { first, last: first + 5 }))
  assert.deepEqual(
    all.map(({ port }) => port),
    [first + 4],
  )
  for (const socket of [...taken, ...all]) socket.close()
})

for (const [first, last, pairs] of [
  [0, 1, [0]],
  [0, 2, [0]],
  [1, 3, [2]],
  [1, 2, []],
  [0, 0, []],
  [2, 1, []],
] as const)
  test(`ports ${first} to ${last} above a base are ${pairs.length} pairs`, async () => {
    const base = aRange().first + 20
    const all = await openAll(new PortPairs(HOST, { first: base + first, last: base + last }))
    assert.deepEqual(
      all.map(({ port }) => port - base),
      pairs,
    )
    for (const pair of all) pair.close()
  })

test('an address that is none of ours has no ports', async () => {
  assert.equal(await new PortPairs('192.0.2.1', aRange(3)).open(), null)
})
