/** Joins the call to a conference, and waits until it is out again. */
import type { CallSid } from '../../../lib/ids.ts'
import type { Conference, Dial } from '../../../wire/twiml/index.ts'
import { type AlertName, alertByName } from '../../call/alerts.ts'
import { isFinal } from '../../call/call-record.ts'
import type { ConferenceCallback } from '../../conference/conference-record.ts'
import { isLabel, type JoinRefusal, type Music, type Ticket } from '../../conference/ticket.ts'
import type { VerbContext } from '../../interpreter/flow.ts'
import { recordingCallback } from '../recording-callbacks.ts'
import { absoluteUrl } from '../urls.ts'
import { dialRecording } from './dial-recording.ts'
import type { DialEnd, DialResult } from './dial-result.ts'

export async function dialConference(dial: Dial, noun: Conference, context: VerbContext): Promise<DialEnd> {
  const { host } = context
  host.answer()
  const ticket = toTicket(noun, context)
  if (!ticket) return { status: 'failed', bridged: false }
  const recording = dialRecording(dial, context)
  const leaving = new AbortController()
  const leave = () => leaving.abort('the <Dial> is over')
  const undo = [
    host.onKey((key) => {
      if (key === '*' && dial.hangupOnStar) leave()
    }),
  ]
  const stay = await host.others.conferences.join({
    host,
    ticket,
    stop: leaving.signal,
    joined: () => {
      const limit = host.clock.after(dial.timeLimitSec * 1000, leave)
      undo.push(() => limit.cancel())
      recording.begin('ringing')
      recording.begin('answer')
    },
  })
  for (const act of undo) act()
  const recordingUrl = await recording.end()
  // Who has been given another document tells nobody.
  if (host.stop.aborted && !isFinal(host.record.status)) return 'redirected'
  if ('refused' in stay) return refused(stay.refused, noun, context)
  return { status: 'answered', bridged: stay.bridged, ...(recordingUrl !== undefined && { recordingUrl }) }
}

const REFUSALS: Readonly<Partial<Record<JoinRefusal, readonly [AlertName, string]>>> = {
  full: ['conferenceFull', 'the conference has as many participants as maxParticipants allows'],
  'label-taken': ['labelTaken', 'another participant has this participantLabel'],
  'coach-absent': ['coachAbsent', 'coach names nobody who is in the conference'],
}

function refused(why: JoinRefusal, { name, position }: Conference, { host }: VerbContext): DialResult {
  const known = REFUSALS[why]
  if (known) host.alert(alertByName(known[0], `<Conference> ${JSON.stringify(name)}: ${known[1]}`, position))
  return { status: 'failed', bridged: false }
}

/** Null when its label cannot be one, which has been alerted. */
function toTicket(noun: Conference, context: VerbContext): Ticket | null {
  const { participantLabel: label, position } = noun
  if (label !== null && !isLabel(label)) {
    const message = `participantLabel ${JSON.stringify(label)} has a slash or looks like the SID of a call`
    context.host.alert(alertByName('labelInvalid', message, position))
    return null
  }
  return {
    friendlyName: noun.name,
    label,
    muted: noun.muted,
    beep: noun.beep,
    startOnEnter: noun.startConferenceOnEnter,
    endOnExit: noun.endConferenceOnExit,
    wait: waitMusic(noun, context),
    participantsMax: noun.maxParticipants,
    coach: noun.coach as CallSid | null,
    region: noun.region,
    callback: callbackOf(noun, context),
    recording:
      noun.record === 'record-from-start' ? { trim: noun.trim, callback: recordingCallback(noun, context) } : null,
  }
}

function waitMusic({ waitUrl, waitMethod: method }: Conference, context: VerbContext): Music {
  if (waitUrl === null) return 'music'
  if (waitUrl === '') return 'silence'
  // What cannot be resolved cannot be fetched: the call is not let in.
  return { url: absoluteUrl(waitUrl, context) ?? waitUrl, method }
}

function callbackOf(noun: Conference, context: VerbContext): ConferenceCallback | null {
  const { statusCallback, statusCallbackMethod: method, statusCallbackEvent: events } = noun
  if (statusCallback === null || statusCallback === '') return null
  const url = absoluteUrl(statusCallback, context)
  if (url !== null) return { url, method, events }
  const message = `<Conference> statusCallback ${JSON.stringify(statusCallback)}: not a URL that can be fetched`
  context.host.alert(alertByName('invalidUrl', message, noun.position))
  return null
}
