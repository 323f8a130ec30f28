/** The worker's side of one leg's or room's programs and recordings. */
import type { Instant } from '../../../lib/ids.ts'
import type { LegRecording, Program, ProgramEnd, RecordCall, SpeechListener } from '../../ports/leg-media.ts'
import type { PlayerCommand, PlayerEvent } from './messages.ts'

/** A leg or a room. */
interface Player {
  run(program: Program, stop: AbortSignal, at: Instant, listener: SpeechListener): Promise<ProgramEnd>
  record(order: RecordCall, at: Instant): LegRecording
}

/** Why programs are stopped. Given, because `abort()` alone makes an exception with a stack each time. */
const STOPPED = 'this program is stopped'

export type ServedPlayer = (command: PlayerCommand) => void

export function servePlayer(on: number, player: Player, tell: (event: PlayerEvent) => void): ServedPlayer {
  const runs = new Map<number, AbortController>()
  const recordings = new Map<number, LegRecording>()
  return (command) => {
    switch (command.do) {
      case 'run': {
        const { run, program, tells, at } = command
        const stop = new AbortController()
        runs.set(run, stop)
        const listener: SpeechListener = {
          ...(tells.words && { onWords: (words) => tell({ told: 'words', on, run, words }) }),
          ...(tells.sound && { onSound: (sound) => tell({ told: 'speech-sound', on, run, sound }) }),
        }
        void player.run(program, stop.signal, at, listener).then(({ recorded, ...end }) => {
          runs.delete(run)
          tell({ told: 'ended', on, run, end, recordedMs: recorded?.lengthMs ?? null })
          void recorded?.audio.then((audio) => tell({ told: 'message', on, run, audio }))
        })
        return
      }
      case 'stop-run':
        runs.get(command.run)?.abort(STOPPED)
        return
      case 'record': {
        const { recording, order, at } = command
        const running = player.record(order, at)
        recordings.set(recording, running)
        void running.over.then((audio) => {
          recordings.delete(recording)
          tell({ told: 'recorded', on, recording, audio })
        })
        return
      }
      case 'pause':
        recordings.get(command.recording)?.pause(command.gap)
        return
      case 'resume':
        recordings.get(command.recording)?.resume()
        return
      case 'stop-recording':
        recordings.get(command.recording)?.stop()
    }
  }
}
