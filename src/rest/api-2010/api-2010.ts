/** The voice resources of the 2010 API, one line each. The scope it is given already authenticates. */
import type { FastifyInstance } from 'fastify'
import type { Authenticator } from '../auth.ts'
import type { RestDeps } from '../deps.ts'
import { accountOperations } from './accounts.ts'
import { applicationOperations } from './applications.ts'
import { callEventOperations } from './call-events.ts'
import { callOperations } from './calls/calls.ts'
import { conferenceOperations } from './conferences/conferences.ts'
import { createParticipant } from './conferences/create-participant.ts'
import { participantOperations } from './conferences/participants.ts'
import { conferenceRecordingOperations } from './conferences/recordings.ts'
import { numberOperations } from './incoming-phone-numbers.ts'
import { keyOperations } from './keys.ts'
import { liveTranscriptionOperations } from './live-transcriptions/live-transcriptions.ts'
import { messageOperations } from './messages/messages.ts'
import { notificationOperations } from './notifications.ts'
import { queueOperations } from './queues/queues.ts'
import { recordingMedia } from './recordings/media.ts'
import { recordingOperations } from './recordings/recordings.ts'
import { ResourceBook } from './resource-book.ts'
import { routeAdder } from './resource-route.ts'
import type { ApplicationRow, KeyRow, NumberRow, StoredApplication, StoredKey, StoredNumber } from './rows.ts'
import { addSip } from './sip/sip.ts'
import { streamOperations } from './streams/streams.ts'
import { transcriptionOperations } from './transcriptions/transcriptions.ts'

/** What the resources share: who else exists in the account. */
export interface Books {
  readonly numbers: ResourceBook<NumberRow, StoredNumber>
  readonly applications: ResourceBook<ApplicationRow, StoredApplication>
  readonly keys: ResourceBook<KeyRow, StoredKey>
}

export function registerApi2010(app: FastifyInstance, deps: RestDeps, authenticator: Authenticator): void {
  const context = { authenticator, config: deps.config }
  const add = routeAdder(app, context)
  const books: Books = {
    numbers: new ResourceBook(deps, { type: 'number', max: 10_000, keyOf: (row) => row.phoneNumber }),
    applications: new ResourceBook(deps, { type: 'application', max: 1000 }),
    keys: new ResourceBook(deps, { type: 'key', max: 1000 }),
  }

  add('/:AccountSid', { GET: accountOperations.fetch }, { keysRefused: true })

  const keys = keyOperations(deps, books, authenticator)
  add('/:AccountSid/Keys', { GET: keys.list, POST: keys.create }, { keysRefused: true })
  add('/:AccountSid/Keys/:Sid', { GET: keys.fetch, POST: keys.update, DELETE: keys.delete }, { keysRefused: true })

  const applications = applicationOperations(deps, books)
  add('/:AccountSid/Applications', { GET: applications.list, POST: applications.create })
  add('/:AccountSid/Applications/:Sid', {
    GET: applications.fetch,
    POST: applications.update,
    DELETE: applications.delete,
  })

  const numbers = numberOperations(deps, books, authenticator)
  add('/:AccountSid/IncomingPhoneNumbers', { GET: numbers.all.list, POST: numbers.all.create })
  add('/:AccountSid/IncomingPhoneNumbers/Local', { GET: numbers.local.list, POST: numbers.local.create })
  add('/:AccountSid/IncomingPhoneNumbers/Mobile', { GET: numbers.mobile.list, POST: numbers.mobile.create })
  add('/:AccountSid/IncomingPhoneNumbers/TollFree', { GET: numbers.tollFree.list, POST: numbers.tollFree.create })
  add('/:AccountSid/IncomingPhoneNumbers/:Sid', { GET: numbers.fetch, POST: numbers.update, DELETE: numbers.delete })

  const calls = callOperations(deps, books)
  add('/:AccountSid/Calls', { GET: calls.list, POST: calls.create })
  add('/:AccountSid/Calls/:CallSid', { GET: calls.fetch, POST: calls.update, DELETE: calls.delete })

  const { recordings: access } = deps
  if (access) {
    const { ofCall, ...recordings } = recordingOperations(deps, access)
    add('/:AccountSid/Calls/:CallSid/Recordings', { GET: ofCall.list, POST: ofCall.create })
    add('/:AccountSid/Calls/:CallSid/Recordings/:Sid', {
      GET: ofCall.fetch,
      POST: ofCall.update,
      DELETE: ofCall.delete,
    })
    add('/:AccountSid/Recordings', { GET: recordings.list })
    app.register(async (scope) => {
      scope.addHook('preHandler', recordingMedia(access, authenticator))
      routeAdder(scope, context)('/:AccountSid/Recordings/:Sid', { GET: recordings.fetch, DELETE: recordings.delete })
    })
  }

  const { transcriptions: texts } = deps
  if (texts) {
    const transcriptions = transcriptionOperations(deps, texts)
    const { ofRecording } = transcriptions
    add('/:AccountSid/Transcriptions', { GET: transcriptions.list })
    add('/:AccountSid/Transcriptions/:Sid', { GET: transcriptions.fetch, DELETE: transcriptions.delete })
    add('/:AccountSid/Recordings/:RecordingSid/Transcriptions', { GET: ofRecording.list })
    add('/:AccountSid/Recordings/:RecordingSid/Transcriptions/:Sid', {
      GET: ofRecording.fetch,
      DELETE: ofRecording.delete,
    })
  }

  if (deps.streams) {
    const streams = streamOperations(deps, deps.streams)
    add('/:AccountSid/Calls/:CallSid/Streams', { POST: streams.create })
    add('/:AccountSid/Calls/:CallSid/Streams/:Sid', { POST: streams.update })
  }

  if (deps.liveTranscriptions) {
    const live = liveTranscriptionOperations(deps, deps.liveTranscriptions)
    add('/:AccountSid/Calls/:CallSid/Transcriptions', { POST: live.create })
    add('/:AccountSid/Calls/:CallSid/Transcriptions/:Sid', { POST: live.update })
  }

  if (deps.messages) {
    const messages = messageOperations(deps, deps.messages)
    add('/:AccountSid/Calls/:CallSid/UserDefinedMessages', { POST: messages.send })
    add('/:AccountSid/Calls/:CallSid/UserDefinedMessageSubscriptions', { POST: messages.subscribe })
    add('/:AccountSid/Calls/:CallSid/UserDefinedMessageSubscriptions/:Sid', { DELETE: messages.unsubscribe })
  }

  const queues = queueOperations(deps)
  add('/:AccountSid/Queues', { GET: queues.list, POST: queues.create })
  add('/:AccountSid/Queues/:Sid', { GET: queues.fetch, POST: queues.update, DELETE: queues.delete })
  add('/:AccountSid/Queues/:QueueSid/Members', { GET: queues.members.list })
  add('/:AccountSid/Queues/:QueueSid/Members/:CallSid', { GET: queues.members.fetch, POST: queues.members.dequeue })

  const { conferences: rooms } = deps
  if (rooms) {
    const conferences = conferenceOperations(deps, rooms)
    add('/:AccountSid/Conferences', { GET: conferences.list })
    add('/:AccountSid/Conferences/:ConferenceSid', { GET: conferences.fetch, POST: conferences.update })
    const participants = participantOperations(rooms)
    const create = createParticipant(deps, books, rooms)
    add('/:AccountSid/Conferences/:ConferenceSid/Participants', { GET: participants.list, POST: create })
    add('/:AccountSid/Conferences/:ConferenceSid/Participants/:Participant', {
      GET: participants.fetch,
      POST: participants.update,
      DELETE: participants.delete,
    })
    if (access) {
      const ofConference = conferenceRecordingOperations(deps, rooms, access)
      add('/:AccountSid/Conferences/:ConferenceSid/Recordings', { GET: ofConference.list })
      add('/:AccountSid/Conferences/:ConferenceSid/Recordings/:Sid', {
        GET: ofConference.fetch,
        POST: ofConference.update,
        DELETE: ofConference.delete,
      })
    }
  }

  if (deps.sip) addSip(add, deps, deps.sip)

  const callEvents = callEventOperations(deps)
  add('/:AccountSid/Calls/:CallSid/Events', { GET: callEvents.list })

  const notifications = notificationOperations(deps)
  add('/:AccountSid/Calls/:CallSid/Notifications', { GET: notifications.listOfCall })
  add('/:AccountSid/Calls/:CallSid/Notifications/:Sid', { GET: notifications.fetchOfCall })
  add('/:AccountSid/Notifications', { GET: notifications.list })
  add('/:AccountSid/Notifications/:Sid', { GET: notifications.fetch })
}
