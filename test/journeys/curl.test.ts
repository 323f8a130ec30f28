import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { journey } from '../kit/journey.ts'

const run = promisify(execFile)

test('curl alone places a call, reads it back and is refused in the same words', async (t) => {
  const { ringback, app } = await journey(t, { '/voice': () => '<Say>Hi</Say>' })
  const calls = `${ringback.url}/2010-04-01/Accounts/${ringback.accountSid}/Calls`
  const curl = async (...args: string[]) => {
    const { stdout } = await run('curl', [
      '-sS',
      '-u',
      `${ringback.accountSid}:${ringback.authToken}`,
      '-w',
      '\n%{http_code}',
      ...args,
    ])
    const [body, status] = stdout.split(/\n(?=\d+$)/)
    return { status: Number(status), body: JSON.parse(body!) as Record<string, unknown> }
  }
  const created = await curl(
    `${calls}.json`,
    '--data-urlencode',
    'To=+15551230001',
    '--data-urlencode',
    `From=${ringback.number}`,
    '-d',
    `Url=${app.url}/voice`,
  )
  assert.deepEqual([created.status, created.body.status], [201, 'queued'])
  await ringback.over(String(created.body.sid))
  const fetched = await curl(`${calls}/${String(created.body.sid)}.json`)
  assert.deepEqual([fetched.status, fetched.body.status], [200, 'completed'])
  const events = await curl(`${calls}/${String(created.body.sid)}/Events.json`)
  assert.equal((events.body.events as unknown[]).length, 2)
  const refused = await curl(`${calls}.json`, '-d', 'From=+15005550006')
  assert.deepEqual(
    [refused.status, refused.body],
    [
      400,
      {
        code: 21201,
        message: 'No to number is specified',
        more_info: 'https://www.twilio.com/docs/errors/21201',
        status: 400,
      },
    ],
  )
})
