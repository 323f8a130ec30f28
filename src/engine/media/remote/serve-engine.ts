/** The worker's side: carries out commands on an engine of its own, and tells what happens. */

import type { LegRecording } from '../../ports/leg-media.ts'
import type { InlineEngine } from '../inline-engine.ts'
import type { LegAudio } from '../leg-audio.ts'
import type { Channel, Command, Event } from './messages.ts'

interface ServedLeg {
  readonly media: LegAudio
  readonly runs: Map<number, AbortController>
  readonly recordings: Map<number, LegRecording>
}

export function serveEngine(engine: InlineEngine, channel: Channel<Command, Event>): void {
  const legs = new Map<number, ServedLeg>()
  channel.on('message', (command) => {
    if (command.do === 'open') {
      legs.set(
        command.leg,
        openLeg(engine, command.leg, channel, () => legs.delete(command.leg)),
      )
      return
    }
    const leg = legs.get(command.leg)
    // It has closed meanwhile.
    if (leg) obey(leg, command, channel, (other) => legs.get(other)?.media)
  })
}

function openLeg(engine: InlineEngine, leg: number, channel: Channel<Command, Event>, forget: () => void): ServedLeg {
  const media = engine.open({
    spanStarted: (span, at) => channel.postMessage({ told: 'span-started', leg, span, at }),
    spanEnded: (span, startedAt) => channel.postMessage({ told: 'span-ended', leg, span, startedAt }),
    keyHeard: (key, at) => channel.postMessage({ told: 'key', leg, key, at }),
    recordingBegan: (sid, at) => channel.postMessage({ told: 'recording-began', leg, sid, at }),
    lost() {},
  })
  void media.closed.then(() => {
    forget()
    channel.postMessage({ told: 'closed', leg })
  })
  return { media, runs: new Map(), recordings: new Map() }
}

function obey(
  { media, runs, recordings }: ServedLeg,
  command: Exclude<Command, { readonly do: 'open' }>,
  channel: Channel<Command, Event>,
  mediaOf: (leg: number) => LegAudio | undefined,
): void {
  const { leg } = command
  switch (command.do) {
    case 'run': {
      const { run, program, at } = command
      const stop = new AbortController()
      runs.set(run, stop)
      void media.run(program, stop.signal, at).then(({ recorded, ...end }) => {
        runs.delete(run)
        channel.postMessage({ told: 'ended', leg, run, end, recordedMs: recorded?.lengthMs ?? null })
        void recorded?.audio.then((audio) => channel.postMessage({ told: 'message', leg, run, audio }))
      })
      return
    }
    case 'stop-run':
      runs.get(command.run)?.abort()
      return
    case 'press':
      media.press(command.key, command.at)
      return
    case 'sound':
      media.sound(command.sound, command.at)
      return
    case 'listen-for-keys':
      media.listenForKeys()
      return
    case 'join': {
      const other = mediaOf(command.other)
      if (!other) return
      media.hear(other)
      other.hear(media)
      return
    }
    case 'record': {
      const { recording, order, at } = command
      const running = media.record(order, at)
      recordings.set(recording, running)
      void running.over.then((audio) => {
        recordings.delete(recording)
        channel.postMessage({ told: 'recorded', leg, recording, audio })
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
      return
    case 'gone':
      media.gone(command.at)
  }
}
