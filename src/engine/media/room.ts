/**
 * A room: every leg in it hears the others as far as their places say, and the room's own prompts. Nothing is mixed while
 * nobody reads what a leg is played; what the parties say is told to all who hear it, as it begins and ends.
 */
import { assert } from '../../lib/assert.ts'
import type { Clock, Timer } from '../../lib/clock.ts'
import type { Instant } from '../../lib/ids.ts'
import type { LegMedia, LegRecording, Program, ProgramEnd, RecordCall } from '../ports/leg-media.ts'
import type { MediaRoom, RoomPlace, SpanStart } from '../ports/media-engine.ts'
import type { RecordingFiles } from '../ports/recording-files.ts'
import { Announcer } from './announcer.ts'
import { type Company, LegAudio } from './leg-audio.ts'
import { toSample } from './media-time.ts'
import { type Audibility, Mix, Mixer } from './mixer.ts'
import { BEHIND_MS, nextTurn, takeTurn } from './recording-turns.ts'
import { NO_RECORDING, Recordings } from './recordings.ts'
import { SpeechWatch } from './speech-watch.ts'
import { Track } from './track.ts'
import type { Utterance, VoiceListener } from './voice.ts'

export interface RoomDeps {
  readonly clock: Clock
  readonly files: RecordingFiles
  /** Told how late each tick was. */
  readonly onTick?: (lateMs: number) => void
  /** Called when the room is closed and its files are whole. */
  readonly onClosed?: () => void
}

interface Member {
  readonly leg: LegAudio
  readonly verb: string
  place: RoomPlace
  /** What it hears of the others. */
  readonly mix: Mix
  /** To what its party says. */
  readonly listener: VoiceListener
  speech: SpeechWatch | null
}

/** Where a leg is before it enters and after it has left. */
const OUTSIDE: RoomPlace = { muted: true, held: true, coaches: null }

export class Room implements MediaRoom, Company {
  readonly #deps: RoomDeps
  readonly #members = new Map<LegMedia, Member>()
  readonly #mixer = new Mixer()
  readonly #announcer: Announcer
  /** What the room hears. */
  readonly #all = new Track()
  readonly #recordings: Recordings
  readonly #turn = takeTurn()
  #tick: Timer | null = null
  #speechListener: ((leg: LegMedia, speaking: boolean, at: Instant) => void) | null = null
  #isClosed = false

  constructor(deps: RoomDeps) {
    this.#deps = deps
    this.#recordings = new Recordings(deps)
    this.#announcer = new Announcer(deps.clock, {
      began: (prompt, about) => this.#tellBegin(prompt, null, about),
      ended: (prompt, at) => this.#tellEnd(prompt, at),
    })
    this.#mixer.hear(this.#announcer.track, 'all')
    this.#all.change(new Mix(this.#mixer, null), toSample(deps.clock.now()))
  }

  enter(leg: LegMedia, place: RoomPlace, verb: string, at: Instant = this.#deps.clock.now()): void {
    assert(leg instanceof LegAudio, 'the leg is of this engine')
    this.change(leg, place, at)
    if (this.#members.has(leg) || this.#isClosed || !leg.meet(this, at)) return
    const member: Member = {
      leg,
      verb,
      place: OUTSIDE,
      mix: new Mix(this.#mixer, leg.inbound),
      listener: {
        began: (utterance) => this.#tellBegin(utterance, member, null),
        ended: (utterance, endedAt) => this.#tellEnd(utterance, endedAt),
      },
      speech: null,
    }
    this.#members.set(leg, member)
    leg.voice.listen(member.listener)
    this.#put(member, place, at)
  }

  change(leg: LegMedia, place: RoomPlace, at: Instant = this.#deps.clock.now()): void {
    const member = this.#members.get(leg)
    if (member) this.#put(member, place, at)
  }

  leave(leg: LegMedia, at: Instant = this.#deps.clock.now()): void {
    const member = this.#members.get(leg)
    if (!member) return
    this.#members.delete(leg)
    member.leg.part(this)
    member.leg.voice.unlisten(member.listener)
    this.#put(member, OUTSIDE, at)
  }

  left(leg: LegAudio, at: Instant): void {
    this.leave(leg, at)
  }

  run(program: Program, stop: AbortSignal, at: Instant = this.#deps.clock.now()): Promise<ProgramEnd> {
    return this.#announcer.run(program, stop, at)
  }

  record(order: RecordCall, at: Instant = this.#deps.clock.now()): LegRecording {
    if (this.#isClosed) return NO_RECORDING
    const recording = this.#recordings.start(order, { tracks: [this.#all], channels: 1 }, at)
    this.#planTick()
    return recording
  }

  onSpeech(listener: (leg: LegMedia, speaking: boolean, at: Instant) => void): void {
    this.#speechListener = listener
    for (const member of this.#members.values()) this.#watchSpeech(member, this.#deps.clock.now())
  }

  async close(at: Instant = this.#deps.clock.now()): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true
      this.#recordings.end(at)
      this.#tick?.cancel()
      this.#announcer.gone(at)
      for (const leg of this.#members.keys()) this.leave(leg, at)
    }
    await this.#recordings.settled()
    this.#deps.onClosed?.()
  }

  #put(member: Member, place: RoomPlace, at: Instant): void {
    const { leg, mix, place: before } = member
    this.#mixer.catchUp(toSample(at))
    member.place = place
    this.#mixer.hear(leg.inbound, audibility(place))
    for (const coached of new Set([leg, before.coaches, place.coaches])) this.#findCoaches(coached)
    this.#mixer.changed()
    if (place.held !== before.held) leg.outbound.setBackground(place.held ? null : mix, toSample(at))
    this.#watchSpeech(member, at)
    this.#cutUnheard(member, at)
    this.#hearOn(member, at)
  }

  #findCoaches(coached: LegMedia | null): void {
    const member = coached && this.#members.get(coached)
    if (!member) return
    const coaches = [...this.#members.values()].filter(
      (other) => other !== member && other.place.coaches === coached && audibility(other.place) === 'some',
    )
    member.mix.besides = coaches.map(({ leg }) => leg.inbound)
  }

  #watchSpeech(member: Member, at: Instant): void {
    const tell = this.#speechListener
    if (tell && audibility(member.place) !== 'none') {
      member.speech ??= new SpeechWatch(this.#deps.clock, member.leg.inbound, at, (speaking, toldAt) =>
        tell(member.leg, speaking, toldAt),
      )
    } else {
      member.speech?.end(at)
      member.speech = null
    }
  }

  /** `about`: of the room's own prompts. Who comes later is not told. */
  #tellBegin(utterance: Utterance, speaker: Member | null, about: Pick<SpanStart, 'verb' | 'kind'> | null): void {
    for (const hearer of this.#members.values()) {
      // Who was told first may have ended it.
      if (utterance.over) return
      if (hears(hearer, speaker)) hearer.leg.ear.began(utterance, about ?? { verb: hearer.verb, kind: 'party' })
    }
  }

  #tellEnd(utterance: Utterance, at: Instant): void {
    for (const { leg } of this.#members.values()) leg.ear.ended(utterance, at)
  }

  /** What is being said is cut where it is heard no longer, now that a member's place is another. */
  #cutUnheard(member: Member, at: Instant): void {
    const { voice, ear } = member.leg
    for (const other of this.#members.values()) {
      if (!hears(other, member)) for (const utterance of voice.saying) other.leg.ear.ended(utterance, at)
      if (!hears(member, other)) for (const utterance of other.leg.voice.saying) ear.ended(utterance, at)
    }
    const { prompt } = this.#announcer
    if (prompt && !hears(member, null)) ear.ended(prompt, at)
  }

  /** What is being said goes on where it comes to be heard. */
  #hearOn(member: Member, at: Instant): void {
    const { voice, ear } = member.leg
    for (const other of this.#members.values()) {
      if (hears(other, member)) for (const utterance of voice.saying) other.leg.ear.goesOn(utterance, at)
      if (hears(member, other)) for (const utterance of other.leg.voice.saying) ear.goesOn(utterance, at)
    }
    const { prompt } = this.#announcer
    if (prompt && hears(member, null)) ear.goesOn(prompt, at)
  }

  #planTick(): void {
    if (this.#tick || this.#isClosed || this.#recordings.size === 0) return
    const { clock, onTick } = this.#deps
    const due = nextTurn(this.#turn, clock.now())
    this.#tick = clock.after(due - clock.now(), () => {
      this.#tick = null
      const now = clock.now()
      onTick?.(now - due)
      this.#recordings.catchUp(toSample(Math.min(now - BEHIND_MS, this.#announcer.knownUntil ?? now) as Instant))
      this.#planTick()
    })
  }
}

function audibility({ muted, held, coaches }: RoomPlace): Audibility {
  return muted || held ? 'none' : coaches ? 'some' : 'all'
}

/** `speaker`: null is the room itself. */
function hears(hearer: Member, speaker: Member | null): boolean {
  if (hearer === speaker || hearer.place.held) return false
  if (!speaker) return true
  const { coaches } = speaker.place
  return audibility(speaker.place) !== 'none' && (coaches === null || coaches === hearer.leg)
}
