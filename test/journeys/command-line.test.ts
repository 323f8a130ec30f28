import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { startServer } from '../kit/server-process.ts'

const run = promisify(execFile)
const BIN = join(import.meta.dirname, '../../bin/ringback.js')

function folder(t: TestContext): string {
  const data = mkdtempSync(join(tmpdir(), 'ringback-cli-'))
  t.after(() => rmSync(data, { recursive: true, force: true }))
  return data
}

const ringback = (data: string, ...args: string[]) =>
  run(process.execPath, [BIN, ...args], {
    env: { PATH: process.env.PATH, RINGBACK_DATA: data, RINGBACK_PORT: '0' },
  }).catch((error: { stdout: string; stderr: string; code: number }) => error)

test('the demo shows a call from dial-in to the end, in 80 columns, and exits', async (t) => {
  const { stdout, stderr } = await ringback(folder(t), 'demo', '--once')
  assert.equal(stderr, '')
  for (const told of [
    'dials in',
    'heard “Harbour Bakery.',
    'pressed 2',
    'POST /menu  Gather',
    'Digits=12  FinishedOnKey=#',
    '● ',
    'completed',
    '/Events.json',
  ]) {
    assert.ok(stdout.includes(told), `it says ${told}:\n${stdout}`)
  }
  const wide = stdout.split('\n').filter((line) => [...line].length > 80 && !line.includes('/Events.json'))
  assert.deepEqual(wide, [])
})

test('`call` runs TwiML without a server and prints what the phone heard', async (t) => {
  const { stdout } = await ringback(
    folder(t),
    'call',
    '+15005550105',
    '--twiml',
    '<Response><Say>Hi there</Say></Response>',
    '--clock',
    'virtual',
  )
  assert.match(stdout, /heard “Hi there”/)
  assert.match(stdout, /● {2}completed/)
})

test('`call` and `phones` find the server of the data folder', async (t) => {
  const data = folder(t)
  const server = await startServer({ data, env: { RINGBACK_CLOCK: 'virtual', RINGBACK_CLOCK_SETTLE_MS: '0' } })
  t.after(() => server.kill('SIGTERM'))
  const called = await ringback(data, 'call', '+15005550101', '--twiml', '<Response/>')
  assert.match(called.stdout, /● {2}busy/)
  assert.match((await ringback(data, 'phones')).stdout, /\+15005550101 +busy/)
})

test('a second server on the same data folder or port is refused with a sentence', async (t) => {
  const data = folder(t)
  const server = await startServer({ data })
  t.after(() => server.kill('SIGTERM'))
  const sameFolder = await ringback(data, 'serve')
  assert.match(sameFolder.stderr, /^ringback: .*in use/)
  assert.doesNotMatch(sameFolder.stderr, /\n {4}at /)
  const samePort = await ringback(folder(t), 'serve', '--port', new URL(server.url).port)
  assert.match(samePort.stderr, /^ringback: .*is in use: stop what listens there/)
})

test('wrong settings are refused by name, and `config` shows where each value came from', async (t) => {
  assert.match(
    (await ringback(folder(t), 'serve', '--clock', 'fast')).stderr,
    /^ringback: --clock: "fast" does not fit/,
  )
  const { stdout } = await ringback(folder(t), 'config', '--events-gate', 'always')
  assert.match(stdout, /^events\.gate = always {3}\(flag\)$/m)
  assert.match(stdout, /^port = 0 {3}\(environment\)$/m)
  assert.match(stdout, /^clock = real {3}\(default\)$/m)
})

test('a start that fails says why in one line and ends', async (t) => {
  const broken = folder(t)
  writeFileSync(join(broken, 'credentials.json'), '{"accountSid":"AC00000000000000000000000000000000"}')
  for (const [data, args, said] of [
    [folder(t), ['--ca-file', '/no/such/file'], /^ringback: caFile: \/no\/such\/file cannot be read: .*\n$/],
    [folder(t), ['--egress-allow', 'everywhere'], /^ringback: Egress allow-list: "everywhere", expected .*\n$/],
    [broken, [], /^ringback: .*credentials\.json: there is no authToken\..*\n$/],
  ] as const) {
    const { stderr, code } = (await ringback(data, 'serve', ...args)) as { stderr: string; code?: number }
    assert.match(stderr, said)
    assert.equal(code, 1)
  }
})

test('an unknown command is called so, and help begins with a command’s own options', async (t) => {
  const unknown = (await ringback(folder(t), 'cal')) as { stderr: string; code?: number }
  assert.match(unknown.stderr, /^error: unknown command 'cal'\n\(`ringback help`/)
  assert.equal(unknown.code, 1)
  const { stdout } = await ringback(folder(t), 'call', '--help')
  assert.ok(stdout.indexOf('--twiml') < stdout.indexOf('Settings:'))
  assert.match((await ringback(folder(t), '--version')).stdout, /^\d+\.\d+\.\d+\n$/)
})

test('the banner speaks of local mode only when requests may go to private addresses', async (t) => {
  for (const [host, local] of [
    ['127.0.0.1', true],
    ['0.0.0.0', false],
  ] as const) {
    const server = await startServer({ data: folder(t), env: { RINGBACK_HOST: host } })
    await server.kill('SIGTERM')
    assert.equal(server.output().includes('Local mode'), local)
  }
})
