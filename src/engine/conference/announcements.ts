/** Announcements under way in a conference: each is told of exactly once, when it ends, fails or is cut. */
import type { CallSid } from '../../lib/ids.ts'
import type { Call } from '../call/call.ts'
import type { AsideEnding } from '../interpreter/aside.ts'

export interface Announcement {
  readonly url: string
  /** To one participant; null: to all. */
  readonly callSid: CallSid | null
  /** In whose name the document is fetched. */
  readonly call: Call
  ended(ending: AsideEnding): void
}

export type TellAnnouncement = (
  announcement: Announcement,
  event: 'announcement-end' | 'announcement-fail',
  why: string | null,
) => void

/** In one conference, those that wait for their turn included. */
const UNDER_WAY_MAX = 100

export class Announcements {
  readonly #tell: TellAnnouncement
  readonly #underWay = new Set<Announcement>()

  constructor(tell: TellAnnouncement) {
    this.#tell = tell
  }

  /** Null: too many are under way. */
  begin(url: string, callSid: CallSid | null, call: Call): Announcement | null {
    if (this.#underWay.size >= UNDER_WAY_MAX) return null
    const announcement: Announcement = {
      url,
      callSid,
      call,
      ended: (ending) => {
        if (!this.#underWay.delete(announcement)) return
        if (ending === 'failed')
          this.#tell(announcement, 'announcement-fail', 'The document could not be had or played')
        else if (ending === 'stopped') this.#tell(announcement, 'announcement-fail', 'The announcement was cut')
        else this.#tell(announcement, 'announcement-end', null)
      },
    }
    this.#underWay.add(announcement)
    return announcement
  }

  /** Those to one participant have failed, or all. */
  cut(callSid: CallSid | null, why: string): void {
    for (const announcement of [...this.#underWay]) {
      if (callSid !== null && announcement.callSid !== callSid) continue
      this.#underWay.delete(announcement)
      this.#tell(announcement, 'announcement-fail', why)
    }
  }
}
