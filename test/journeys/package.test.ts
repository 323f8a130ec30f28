import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { officialClient } from '../kit/journey.ts'
import { startServer } from '../kit/server-process.ts'

const root = join(import.meta.dirname, '../..')

test('the packed package starts from another folder and carries a call', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'ringback-package-'))
  let stop: () => unknown = () => {}
  t.after(async () => {
    // It writes to the folder until it has ended.
    await stop()
    rmSync(folder, { recursive: true, force: true })
  })
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: root })
  const [tarball] = readdirSync(folder)
  execFileSync('tar', ['-xzf', tarball!], { cwd: folder })
  // As installed: the package among its production dependencies, which are those of this checkout.
  const modules = join(folder, 'app/node_modules')
  mkdirSync(modules, { recursive: true })
  cpSync(join(folder, 'package'), join(modules, 'ringback'), { recursive: true })
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name !== 'ringback' && !name.startsWith('.') && name !== 'twilio' && name !== 'typescript')
      symlinkSync(join(root, 'node_modules', name), join(modules, name))
  }
  const server = await startServer({
    data: join(folder, 'data'),
    cwd: join(folder, 'app'),
    command: [process.execPath, join(modules, 'ringback/bin/ringback.js'), 'serve'],
    env: { RINGBACK_CLOCK: 'virtual', RINGBACK_CLOCK_SETTLE_MS: '0' },
  })
  stop = () => server.kill('SIGTERM')
  const client = officialClient(server)
  const { sid } = await client.calls.create({
    to: '+15551230001',
    from: '+15005550006',
    twiml: '<Response><Say>Packed</Say></Response>',
  })
  const events = await client.calls(sid).events.list()
  assert.equal(events.length, 1)
})
