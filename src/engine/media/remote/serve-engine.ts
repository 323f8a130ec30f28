/** The worker's side: carries out commands on an engine of its own, and tells what happens. */

import type { Instant } from '../../../lib/ids.ts'
import type { Program, RecordCall, SpeechListener } from '../../ports/leg-media.ts'
import type { LineEvents } from '../../ports/line.ts'
import type { Bridge } from '../bridge.ts'
import type { InlineEngine } from '../inline-engine.ts'
import type { LegAudio } from '../leg-audio.ts'
import type { LineLeg } from '../line/line-leg.ts'
import type { Room } from '../room.ts'
import { inBatches } from './in-batches.ts'
import type {
  BridgeCommand,
  Channel,
  Command,
  Event,
  LegCommand,
  LineCommand,
  NumberedPlace,
  Opening,
  RoomCommand,
} from './messages.ts'
import { type ServedFollowers, serveFollowers } from './serve-followers.ts'
import { type ServedLine, serveLine } from './serve-line.ts'
import { type ServedPlayer, servePlayer } from './serve-player.ts'

export function serveEngine(engine: InlineEngine, channel: Channel<Command, Event>): void {
  const served = new ServedEngine(
    engine,
    inBatches((events) => channel.postMessage(events)),
  )
  channel.on('message', (commands) => {
    for (const command of commands) served.obey(command)
  })
}

/** What a command names may be over meanwhile, or have been in a worker that died; then nothing happens. */
class ServedEngine {
  readonly #engine: InlineEngine
  readonly #tell: (event: Event) => void
  readonly #legs = new Map<number, LegAudio>()
  readonly #rooms = new Map<number, Room>()
  readonly #bridges = new Map<number, Bridge>()
  /** Of legs that have one. */
  readonly #lines = new Map<number, ServedLine>()
  /** Of legs and rooms. */
  readonly #players = new Map<number, ServedPlayer>()
  /** Of legs. */
  readonly #followers = new Map<number, ServedFollowers>()
  /** For what is told of a leg in a room. */
  readonly #numbers = new WeakMap<object, number>()

  constructor(engine: InlineEngine, tell: (event: Event) => void) {
    this.#engine = engine
    this.#tell = tell
  }

  obey(command: Command): void {
    if ('on' in command) this.#players.get(command.on)?.(command)
    else if (isOfLine(command)) this.#lines.get(command.leg)?.(command)
    else if ('room' in command) this.#obeyRoom(command)
    else if ('bridge' in command) this.#obeyBridge(command)
    else this.#obeyLeg(command)
  }

  #obeyLeg(command: LegCommand): void {
    const media = this.#legs.get(command.leg)
    if (command.do === 'open') {
      this.#openLeg(command.leg, command)
      return
    }
    if (!media) return
    switch (command.do) {
      case 'press':
        media.press(command.key, command.at)
        return
      case 'sound':
        media.sound(command.sound, command.words, command.at)
        return
      case 'listen-for-keys':
        media.listenForKeys()
        return
      case 'stream':
      case 'stop-stream':
      case 'transcribe':
      case 'stop-transcribing':
      case 'detect-machine':
      case 'stop-detecting':
        this.#followers.get(command.leg)?.(command)
        return
      case 'join': {
        const other = this.#legs.get(command.other)
        if (other) this.#engine.join(media, other)
        return
      }
      case 'gone':
        media.gone(command.at)
    }
  }

  #openLeg(leg: number, opening: Opening): void {
    const tell = this.#tell
    const events: LineEvents = {
      spanStarted: (span, at) => tell({ told: 'span-started', leg, span, at }),
      spanEnded: (span, startedAt) => tell({ told: 'span-ended', leg, span, startedAt }),
      keyHeard: (key, at) => tell({ told: 'key', leg, key, at }),
      recordingBegan: (sid, at) => tell({ told: 'recording-began', leg, sid, at }),
      lost() {},
      lineSilent: () => tell({ told: 'line-silent', leg }),
    }
    const media = opening.far === 'party' ? this.#engine.open(events) : this.#openLine(leg, events, opening)
    this.#legs.set(leg, media)
    const player = {
      run: (program: Program, stop: AbortSignal, at: Instant, listener: SpeechListener) =>
        media.run(program, stop, listener, at),
      record: (order: RecordCall, at: Instant) => media.record(order, at),
    }
    this.#players.set(leg, servePlayer(leg, player, tell))
    this.#followers.set(leg, serveFollowers(leg, media, tell))
    this.#numbers.set(media, leg)
    void media.closed.then(() => {
      this.#legs.delete(leg)
      this.#followers.delete(leg)
      this.#players.delete(leg)
      this.#lines.delete(leg)
      tell({ told: 'closed', leg })
    })
  }

  #openLine(leg: number, events: LineEvents, opening: Exclude<Opening, { far: 'party' }>): LineLeg {
    const engine = this.#engine
    const media = opening.far === 'link' ? engine.openLink(events, opening.rings) : engine.openLine(events)
    this.#lines.set(leg, serveLine(leg, media, this.#tell))
    return media
  }

  #obeyBridge(command: BridgeCommand): void {
    const { bridge, at } = command
    if (command.do === 'end-bridge') {
      this.#bridges.get(bridge)?.end(at)
      return
    }
    const one = this.#legs.get(command.one)
    const other = this.#legs.get(command.other)
    if (!one || !other) return
    let isOver = false
    const onEnd = () => {
      isOver = true
      this.#bridges.delete(bridge)
    }
    const media = this.#engine.bridge(one, other, command.verb, { at, onEnd })
    if (!isOver) this.#bridges.set(bridge, media)
  }

  #obeyRoom(command: RoomCommand): void {
    const { room } = command
    const media = this.#rooms.get(room)
    if (command.do === 'open-room') {
      this.#openRoom(room)
      return
    }
    if (!media) return
    switch (command.do) {
      case 'listen-for-speech':
        media.onSpeech((heard, speaking, at) => {
          const leg = this.#numbers.get(heard)
          if (leg !== undefined) this.#tell({ told: 'speech', room, leg, speaking, at })
        })
        return
      case 'close-room':
        void media.close(command.at).then(() => {
          this.#rooms.delete(room)
          this.#players.delete(room)
          this.#tell({ told: 'room-closed', room })
        })
        return
    }
    const leg = this.#legs.get(command.leg)
    if (!leg) return
    if (command.do === 'enter') media.enter(leg, this.#placeOf(command.place), command.verb, command.at)
    else if (command.do === 'change') media.change(leg, this.#placeOf(command.place), command.at)
    else media.leave(leg, command.at)
  }

  #openRoom(room: number): void {
    const media = this.#engine.room()
    this.#rooms.set(room, media)
    this.#players.set(room, servePlayer(room, media, this.#tell))
  }

  /** Whoever coaches a leg that is over is heard by nobody. */
  #placeOf({ muted, held, coaches }: NumberedPlace) {
    if (coaches === null) return { muted, held, coaches }
    const coached = this.#legs.get(coaches) ?? null
    return { muted: muted || coached === null, held, coaches: coached }
  }
}

function isOfLine(command: Command): command is LineCommand {
  return command.do === 'connect-line' || command.do === 'send-keys' || command.do === 'tell-statistics'
}
