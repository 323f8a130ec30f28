/** Queues and their members as the REST resources show them. */
import type { MemberView, QueueView } from '../../../engine/queue/queue-record.ts'
import { formatRfc2822 } from '../../../lib/dates.ts'
import type { AccountSid } from '../../../lib/ids.ts'

export function queueView({ sid, accountSid, createdAt, row, size, averageWaitSec }: QueueView): object {
  const uri = `/2010-04-01/Accounts/${accountSid}/Queues/${sid}`
  return {
    account_sid: accountSid,
    average_wait_time: averageWaitSec,
    current_size: size,
    date_created: formatRfc2822(createdAt),
    date_updated: formatRfc2822(row.updatedAt),
    friendly_name: row.friendlyName,
    max_size: row.maxSize,
    sid,
    subresource_uris: { queue_members: `${uri}/Members.json` },
    uri: `${uri}.json`,
  }
}

export function memberView(accountSid: AccountSid, member: MemberView): object {
  const { callSid, queueSid, joinedAt, position, waitSec } = member
  return {
    call_sid: callSid,
    date_enqueued: formatRfc2822(joinedAt),
    position,
    queue_sid: queueSid,
    uri: `/2010-04-01/Accounts/${accountSid}/Queues/${queueSid}/Members/${callSid}.json`,
    wait_time: waitSec,
  }
}
