/** Lines of ours between legs that hear others: words and sound pass on, and loops end. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aSoundEngine, HEARD, linear, never, playing, prompt, type TestLeg, together } from './test-legs.ts'
import { aSound } from './test-sounds.ts'

const [A, B, OURS] = [0x90, 0x20, 0xa5] as const

function aLine() {
  const base = aSoundEngine()
  const near = base.leg()
  const far = base.leg()
  base.engine.join(near.media, far.media)
  return { ...base, near, far }
}

const say = (leg: TestLeg, text: string, code: number) => leg.media.sound(aSound(300, code), text)

test('what is played at the far end of a line is what its party says, to whoever hears the near end', async () => {
  const { engine, leg, listen, near, far, at, until } = aLine()
  const caller = leg()
  const heard = listen(caller.media)
  engine.bridge(caller.media, near.media, 'Dial')
  at(100, () => void far.media.run(playing(prompt('press 1', 200, OURS)), never()))
  await until(500)
  assert.deepEqual(caller.told, ['100 Dial party press 1', '300 Dial party press 1 200'])
  assert.deepEqual(heard(), [
    [100, 0],
    [200, linear(OURS)],
    [200, 0],
  ])
})

test('words pass along a chain of lines and bridges', async () => {
  const { engine, leg, listen, near, far, at, until } = aLine()
  const caller = leg()
  const callee = leg()
  const [heardByCaller, heardByCallee] = [listen(caller.media), listen(callee.media)]
  engine.bridge(caller.media, near.media, 'Dial')
  engine.bridge(far.media, callee.media, 'Enqueue')
  at(100, () => say(caller, 'hello', A))
  at(200, () => say(callee, 'yes', B))
  await until(600)
  assert.deepEqual(callee.told, ['100 Enqueue party hello', '400 Enqueue party hello 300'])
  assert.deepEqual(caller.told, ['200 Dial party yes', '500 Dial party yes 300'])
  assert.deepEqual(heardByCallee(), [
    [100, 0],
    [300, linear(A)],
    [200, 0],
  ])
  assert.deepEqual(heardByCaller(), [
    [200, 0],
    [300, linear(B)],
    [100, 0],
  ])
})

test('both ends of a line bridged with each other hear silence, and nothing hangs', async () => {
  const { engine, listen, near, far, at, until } = aLine()
  const heard = listen(near.media)
  engine.bridge(near.media, far.media, 'Dial')
  at(100, () => void far.media.run(playing(prompt('press 1', 200, OURS)), never()))
  await until(500)
  // The far end's prompt comes back to the near end's party, which is the far end.
  assert.deepEqual(
    heard(),
    [[500, 0]].map(([ms, sample]) => [ms, sample]),
  )
})

test('both ends of a line in one room: the others are heard, and each word is told once', async () => {
  const { engine, leg, listen, near, far, at, until } = aLine()
  const room = engine.room()
  const [a, b] = [leg(), leg()]
  for (const { media } of [near, far, a, b]) room.enter(media, HEARD, 'Conference')
  const heard = listen(b.media)
  at(100, () => say(a, 'hello', A))
  await until(500)
  assert.deepEqual(b.told, ['100 Conference party hello', '400 Conference party hello 300'])
  assert.deepEqual(
    heard().map(([ms, sample]) => [ms, sample !== 0]),
    [
      [100, false],
      [300, true],
      [100, false],
    ],
  )
})

for (const first of ['near', 'far'] as const)
  test(`two rooms linked by a line hear each other, whoever is recorded first (${first})`, async () => {
    const { engine, leg, listen, near, far, at, until } = aLine()
    const [here, there] = [engine.room(), engine.room()]
    const [a, b, c] = [leg(), leg(), leg()]
    here.enter(a.media, HEARD, 'Conference')
    here.enter(near.media, HEARD, 'Conference')
    there.enter(far.media, HEARD, 'Conference')
    there.enter(b.media, HEARD, 'Conference')
    there.enter(c.media, HEARD, 'Conference')
    const order = first === 'near' ? [near, a, here, b, there, far, c] : [far, there, b, here, a, near, c]
    const recorded = new Map(order.map((source) => [source, listen('media' in source ? source.media : source)]))
    at(100, () => say(a, 'hello', A))
    at(200, () => say(b, 'yes', B))
    await until(600)
    const ofA = [
      [100, 0],
      [300, linear(A)],
      [200, 0],
    ]
    const ofB = [
      [200, 0],
      [300, linear(B)],
      [100, 0],
    ]
    const ofBoth = [
      [100, 0],
      [100, linear(A)],
      [200, together(A, B)],
      [100, linear(B)],
      [100, 0],
    ]
    const expected = new Map<unknown, unknown>([
      [a, ofB],
      [near, ofA],
      [far, ofB],
      [b, ofA],
      [c, ofBoth],
      [here, ofBoth],
      [there, ofBoth],
    ])
    for (const [source, runs] of recorded) assert.deepEqual(runs(), expected.get(source), `${order.indexOf(source)}`)
    assert.deepEqual(a.told, ['200 Conference party yes', '500 Conference party yes 300'])
    assert.deepEqual(b.told, ['100 Conference party hello', '400 Conference party hello 300'])
  })
