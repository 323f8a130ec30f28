/** Who speaks in a conference, as its callbacks tell it: one that is muted or held does not. */
import type { LegMedia } from '../ports/leg-media.ts'
import type { ConferenceStory } from './conference-story.ts'
import type { Present } from './participant.ts'
import type { Roster } from './roster.ts'

/** A party has begun to speak or has stopped. */
export function spoke(leg: LegMedia, speaking: boolean, roster: Roster, story: ConferenceStory): void {
  const participant = roster.present.find(({ inside }) => inside.leg === leg)
  if (!participant || participant.inside.speaking === speaking) return
  if (!speaking) {
    endSpeech(participant, story)
    return
  }
  const { record, inside } = participant
  if (record.muted || record.hold) return
  inside.speaking = true
  story.tell('participant-speech-start', inside.call, record)
}

export function endSpeech({ inside, record }: Present, story: ConferenceStory): void {
  inside.speaking = false
  story.tell('participant-speech-stop', inside.call, record)
}
