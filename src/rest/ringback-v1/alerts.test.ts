import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Alert } from '../../journal/entry.ts'
import type { NotificationSid } from '../../lib/ids.ts'
import { aPlatform, CALL, OTHER_ACCOUNT, OTHER_CALL } from './test-platform.ts'

const anAlert = (digit: string, more: Partial<Alert> = {}): Alert => ({
  sid: `NO${digit.repeat(32)}` as NotificationSid,
  code: 11200,
  level: 'error',
  message: 'HTTP retrieval failure',
  ...more,
})

async function withAlerts() {
  const platform = aPlatform()
  const { journal, fact } = platform
  await journal.append([
    fact({
      fact: 'alert',
      alert: anAlert('1', { request: { method: 'POST', url: 'http://app.test/', parameters: {} }, line: 3, column: 4 }),
    }),
    fact({ fact: 'alert', alert: anAlert('2') }, { callSid: OTHER_CALL }),
    fact({ fact: 'alert', alert: anAlert('3') }, { callSid: null }),
    fact({ fact: 'alert', alert: anAlert('4') }, { accountSid: OTHER_ACCOUNT }),
    fact({ fact: 'pressed', atMs: 1, digits: '1' }),
  ])
  return platform
}
const sidsOf = (body: { alerts: Alert[] }) => body.alerts.map(({ sid }) => sid[2])

test('alerts of the account are listed newest first, in pages', async () => {
  const { ask } = await withAlerts()
  assert.deepEqual(sidsOf((await ask('GET', '/Alerts')).json()), ['3', '2', '1'])
  const first = (await ask('GET', '/Alerts?pageSize=2')).json()
  assert.deepEqual(sidsOf(first), ['3', '2'])
  const second = (await ask('GET', `/Alerts?pageSize=2&pageToken=${first.nextPageToken}`)).json()
  assert.deepEqual([sidsOf(second), second.nextPageToken], [['1'], null])
})

test('alerts of one call tell all that is known', async () => {
  const { ask } = await withAlerts()
  assert.deepEqual((await ask('GET', `/Alerts?callSid=${CALL}`)).json(), {
    alerts: [
      {
        sid: `NO${'1'.repeat(32)}`,
        code: 11200,
        level: 'error',
        message: 'HTTP retrieval failure',
        callSid: CALL,
        at: '2030-01-01T00:00:00.000Z',
        request: { method: 'POST', url: 'http://app.test/', parameters: {} },
        line: 3,
        column: 4,
      },
    ],
    nextPageToken: null,
  })
})

for (const query of ['pageSize=0', 'pageSize=1001', 'pageSize=x', 'callSid=CA1']) {
  test(`Alerts?${query} is refused`, async () => {
    assert.equal((await (await withAlerts()).ask('GET', `/Alerts?${query}`)).json().code, 20001)
  })
}
