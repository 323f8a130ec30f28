/**
 * All live conferences of this process: at most one of a name in an account. Opens them for whoever comes first, finds
 * them for REST, tells their callbacks, and ends those that a crash left behind.
 */
import type { Courier } from '../../journal/courier.ts'
import type { Store, Write } from '../../journal/store.ts'
import { assert } from '../../lib/assert.ts'
import type { Clock } from '../../lib/clock.ts'
import { type AccountSid, type CallSid, type ConferenceSid, isSid } from '../../lib/ids.ts'
import type { Logger } from '../../lib/logger.ts'
import { callbackAlert } from '../call/alerts.ts'
import type { Call } from '../call/call.ts'
import type { Fetchable } from '../call/call-record.ts'
import type { CallService } from '../call/call-service.ts'
import { BODY_BYTES_MAX } from '../call/call-story.ts'
import type { MediaEngine } from '../ports/media-engine.ts'
import type { Sounds } from '../ports/sound.ts'
import type { Recordings } from '../recording/recordings.ts'
import { Conference } from './conference.ts'
import type { ConferenceDeps, Joining, Stay } from './conference-ports.ts'
import { type ConferenceRecord, conferenceWrite, newConference } from './conference-record.ts'
import type {
  AddRefusal,
  AnnounceRefusal,
  ChangeRefusal,
  ConferenceService,
  NewParticipant,
  ParticipantChange,
  ParticipantView,
} from './conference-service.ts'
import { type Participant, statusOf } from './participant.ts'

export interface ConferencesDeps {
  readonly clock: Clock
  readonly logger: Logger
  readonly journal: { append(group: readonly Write[]): Promise<unknown>; readonly store: Store }
  readonly courier: Courier
  readonly media: Pick<MediaEngine, 'room'>
  readonly sounds: Pick<Sounds, 'tone'>
  readonly recordings: Pick<Recordings, 'recordConference'>
  readonly calls: () => Pick<CallService, 'create'> & { live(sid: CallSid): Call | null }
}

/** What a call may do with conferences. */
export interface CallConferences {
  /** Resolves when the call is out of the conference again, or with why it was not let in. */
  join(joining: Omit<Joining, 'call'>): Promise<Stay>
}

/** Conferences of one name that may end while a call is about to join them. */
const JOIN_TRIES_MAX = 10

type Callback = Parameters<ConferenceDeps['callback']>[0]

export class Conferences implements ConferenceService {
  readonly #deps: ConferencesDeps
  readonly #live = new Map<ConferenceSid, Conference>()
  readonly #byName = new Map<string, Conference>()
  /** Callbacks and recordings under way. */
  readonly #underWay = new Set<Promise<unknown>>()

  constructor(deps: ConferencesDeps) {
    this.#deps = deps
  }

  of(call: Call): CallConferences {
    return { join: (joining) => this.#join({ ...joining, call }) }
  }

  async find(accountSid: AccountSid, sidOrName: string): Promise<ConferenceRecord | null> {
    const live = isSid('CF', sidOrName) ? this.#live.get(sidOrName) : this.#byName.get(keyOf(accountSid, sidOrName))
    const record = live?.open
      ? live.record
      : isSid('CF', sidOrName)
        ? ((await this.#deps.journal.store.conference(sidOrName))?.row as ConferenceRecord | undefined)
        : undefined
    return record?.accountSid === accountSid ? record : null
  }

  async end(conference: ConferenceRecord): Promise<ConferenceRecord> {
    const live = this.#live.get(conference.sid)
    if (!live) return conference
    live.endByApi()
    await this.#onDisk(live)
    return live.record
  }

  async announce(conference: ConferenceRecord, document: Fetchable): Promise<ConferenceRecord | AnnounceRefusal> {
    const live = this.#live.get(conference.sid)
    return live ? (live.announce(document) ?? live.record) : 'over'
  }

  participants(sid: ConferenceSid): readonly ParticipantView[] {
    const live = this.#live.get(sid)
    return live ? live.participants.map((participant) => this.#view(live, participant)) : []
  }

  participant(sid: ConferenceSid, callSidOrLabel: string): ParticipantView | null {
    const live = this.#live.get(sid)
    const participant = live?.participant(callSidOrLabel)
    return live && participant ? this.#view(live, participant) : null
  }

  async change(
    sid: ConferenceSid,
    callSid: CallSid,
    change: ParticipantChange,
  ): Promise<ParticipantView | ChangeRefusal> {
    const live = this.#live.get(sid)
    const refused = live ? live.change(callSid, change) : 'not-found'
    if (refused !== null || !live) return refused ?? 'not-found'
    const view = this.participant(sid, callSid)
    assert(view, `a change took ${callSid} out of its conference`)
    await this.#onDisk(live)
    return view
  }

  async kick(sid: ConferenceSid, callSid: CallSid): Promise<boolean> {
    const live = this.#live.get(sid)
    if (!live?.kick(callSid)) return false
    await this.#onDisk(live)
    return true
  }

  async add(
    record: ConferenceRecord | null,
    { call, ticket }: NewParticipant,
    documentFor: (friendlyName: string) => string,
  ): Promise<ParticipantView | AddRefusal> {
    const calls = this.#deps.calls()
    const friendlyName = record?.friendlyName ?? ticket.friendlyName
    const added: { to: Conference | null; refused: AddRefusal | null } = { to: null, refused: null }
    const document = { twiml: documentFor(friendlyName) }
    // Asked at the moment of the commit: what stands in the way may have come or gone until then.
    const created = await calls
      .create({ ...call, voice: { document, fallback: null } }, (fresh) => {
        const conference = record ? this.#live.get(record.sid) : this.#named(call.accountSid, friendlyName)
        added.refused = conference ? conference.addRefusal(ticket) : 'over'
        if (added.refused) conference?.vanishIfEmpty()
        if (!conference || added.refused) throw new Error(added.refused ?? 'over')
        added.to = conference
        return [conference.expect(fresh.sid, ticket)]
      })
      .catch((error: unknown) => {
        if (added.refused) return added.refused
        throw error
      })
    if (typeof created === 'string') return created
    const conference = added.to
    assert(conference, 'a participant was added to no conference')
    const { sid, queueTimeMs } = created
    const participant = conference.participant(sid)
    const live = calls.live(sid)
    if (!live) conference.missed(sid, 'canceled', null)
    else if (conference.ended) live.hangUp()
    else live.onEnd(() => conference.missed(sid, live.record.status, live))
    return participant ? { ...this.#view(conference, participant), status: 'queued', queueTimeMs } : 'over'
  }

  /** Ends a conference whose process died: its calls have been ended. */
  async endAfterRestart(
    record: ConferenceRecord,
    calls: { inMemory(sid: CallSid): Promise<Call | null> },
  ): Promise<void> {
    const orphan = new Conference(this.#conferenceDeps(), record)
    if (record.participants.length === 0) orphan.endByApi()
    for (const { callSid } of record.participants) {
      const call = await calls.inMemory(callSid)
      orphan.missed(callSid, call?.record.status ?? 'failed', call)
      call?.letGo()
    }
  }

  /** Resolves when every callback that was begun has its answer, and every recording is whole. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay)
  }

  async #join(joining: Joining): Promise<Stay> {
    const { accountSid } = joining.call.record
    for (let tries = 1; ; tries++) {
      const conference = this.#named(accountSid, joining.ticket.friendlyName)
      const stay = await conference.join(joining)
      const gone = 'refused' in stay && stay.refused === 'gone'
      // The next one of the name may be joined when this one has ended meanwhile.
      const again = gone && conference.ended && !joining.host.stop.aborted && !joining.stop.aborted
      if (!again || tries === JOIN_TRIES_MAX) return stay
    }
  }

  /** The live one of the name, made when there is none. */
  #named(accountSid: AccountSid, friendlyName: string): Conference {
    const key = keyOf(accountSid, friendlyName)
    const live = this.#byName.get(key)
    if (live) return live
    const conference = new Conference(
      this.#conferenceDeps(),
      newConference({ accountSid, friendlyName }, this.#deps.clock.now()),
    )
    this.#live.set(conference.sid, conference)
    this.#byName.set(key, conference)
    return conference
  }

  #conferenceDeps(): ConferenceDeps {
    const { clock, media, sounds, logger, recordings, calls } = this.#deps
    return {
      clock,
      media,
      sounds,
      write: (group) => this.#write(group),
      callback: (callback) => this.#callback(callback),
      record: (conference, room, wish, by) => this.#during(recordings.recordConference(conference, room, wish, by)),
      cancel: (callSid) => calls().live(callSid)?.hangUp(),
      fault: (conference, fault) =>
        logger.error({ err: fault, conferenceSid: conference.sid }, 'a conference could not play a document'),
      over: (conference, closed) => {
        this.#live.delete(conference.sid)
        const key = keyOf(conference.record.accountSid, conference.record.friendlyName)
        if (this.#byName.get(key) === conference) this.#byName.delete(key)
        this.#during(closed)
      },
    }
  }

  #callback({ conference, call, event, parameters, because }: Callback): void {
    const { callback, accountSid, sid: conferenceSid } = conference
    if (!callback) return
    const about = { purpose: 'conference', verb: event, parameters, because, conferenceSid } as const
    const made = call
      ? call.exchange({ ...about, to: callback })
      : this.#deps.courier.request({
          ...about,
          accountSid,
          callSid: null,
          asked: true,
          method: callback.method,
          url: callback.url,
          nextPlace: () => 0,
          bodyBytesMax: BODY_BYTES_MAX,
          keepBody: true,
          signed: true,
        })
    this.#during(
      made.then(({ exchange }) => {
        if (!exchange.error) return
        const alert = callbackAlert(exchange)
        if (call) call.alert(alert)
        else
          this.#write([
            {
              kind: 'fact',
              accountSid,
              callSid: null,
              place: 0,
              at: this.#deps.clock.now(),
              body: { fact: 'alert', alert },
            },
          ])
      }),
    )
  }

  #view({ record: { sid, accountSid, friendlyName } }: Conference, { record, inside }: Participant): ParticipantView {
    const status = inside ? 'connected' : statusOf(this.#deps.calls().live(record.callSid)?.record ?? null)
    return { conference: { sid, accountSid, friendlyName }, participant: record, status, queueTimeMs: 0 }
  }

  /** Groups are committed in the order in which they come: what the conference has written before is on disk then too. */
  async #onDisk({ record }: Conference): Promise<void> {
    await this.#deps.journal.append([conferenceWrite(record)])
  }

  #write(group: readonly Write[]): void {
    this.#during(this.#deps.journal.append(group))
  }

  #during(work: Promise<unknown>): void {
    const watched = work
      .catch((fault: unknown) =>
        this.#deps.logger.error({ err: fault }, 'part of a conference could not be written or told'),
      )
      .finally(() => this.#underWay.delete(watched))
    this.#underWay.add(watched)
  }
}

/** Names may have any character but the one between. */
const keyOf = (accountSid: AccountSid, friendlyName: string): string => `${accountSid} ${friendlyName}`
