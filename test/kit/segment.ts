/** A route for the customer's app that checks what Segment's HTTP API checks of a batch, and keeps the track calls. */
import assert from 'node:assert/strict'
import type { AppRequest } from './customer-app.ts'

export interface Track {
  readonly type: string
  readonly event: string
  readonly messageId: string
  readonly timestamp: string
  readonly anonymousId?: string
  readonly userId?: string
  readonly properties: Readonly<Record<string, unknown>>
}

const REQUEST_BYTES_MAX = 500 * 1024
const EVENT_BYTES_MAX = 32 * 1024

export function segmentApi(writeKey: string) {
  const tracks: Track[] = []
  return {
    tracks,
    /** 200 for what Segment takes, else 400 or 401 with the reason. */
    route(request: AppRequest) {
      const expected = `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`
      if (request.headers.authorization !== expected) return { status: 401, body: 'the write key is not known' }
      try {
        assert.ok(Buffer.byteLength(request.body) <= REQUEST_BYTES_MAX, 'the request is too large')
        const { batch, sentAt } = JSON.parse(request.body) as { batch: Track[]; sentAt: string }
        assert.ok(!Number.isNaN(Date.parse(sentAt)), 'sentAt is no time')
        assert.ok(batch.length >= 1 && batch.length <= 2500, 'too many events')
        for (const track of batch) {
          assert.ok(Buffer.byteLength(JSON.stringify(track)) <= EVENT_BYTES_MAX, 'an event is too large')
          assert.equal(track.type, 'track')
          assert.ok(track.event, 'a track call needs an event')
          assert.ok(track.userId ?? track.anonymousId, 'no_user_anon_id')
          assert.ok(track.messageId && track.messageId.length < 100, 'messageId')
        }
        tracks.push(...batch)
        return { status: 200, body: '{"success": true}' }
      } catch (error) {
        return { status: 400, body: String(error) }
      }
    },
  }
}
