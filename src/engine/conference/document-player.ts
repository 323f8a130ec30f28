/** Plays what a participant waits or is held with, and announcements: a document of the customer's, or music of our own. */
import type { Fetchable } from '../call/call-record.ts'
import { type AsideEnding, runAside, SOUND_ONLY } from '../interpreter/aside.ts'
import type { CallHost } from '../interpreter/flow.ts'
import { musicRounds } from '../verbs/prompts.ts'
import type { Music } from './ticket.ts'

export interface DocumentPlayer {
  /**
   * Never rejects. @param host the participant's, or one that plays to all
   * @param loaded told each time a document could be had
   */
  play(
    host: CallHost,
    music: Music | Fetchable,
    purpose: 'wait' | 'hold' | 'announce',
    stop: AbortSignal,
    loaded?: () => void,
  ): Promise<AsideEnding>
}

const VERB = 'Conference'

/** @param about.parameters sent with every request */
export function playerFor(about: {
  readonly parameters: Readonly<Record<string, string>>
  readonly fault: (fault: unknown) => void
}): DocumentPlayer {
  const play: DocumentPlayer['play'] = async (host, music, purpose, stop, loaded) => {
    if (music === 'silence') return 'ended'
    const aside = host.aside({ stop, purpose, parameters: () => about.parameters })
    if (music !== 'music') {
      const { url, method } = music
      return runAside(aside, { from: 'request', verb: VERB, url, method, parameters: {} }, SOUND_ONLY, loaded)
    }
    const rounds = await musicRounds(aside.sounds, VERB)
    if (!aside.stop.aborted) await aside.run({ play: rounds })
    return aside.stop.aborted ? 'stopped' : 'ended'
  }
  return {
    play: (...args) =>
      play(...args).catch((fault: unknown) => {
        about.fault(fault)
        return 'failed'
      }),
  }
}
