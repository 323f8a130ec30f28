/**
 * Every refusal the REST door can answer: one row an error, with the reference's code, HTTP status and sentence. Code
 * asks by name (`refuse('invalidTo', { value })`), never by number. Rows marked "ours" have no documented counterpart
 * in the reference; docs/compat/errors.md, which a test compares with this table, says why they look as they do.
 */

interface ErrorRow {
  readonly code: number
  readonly status: number
  /** `{value}`, `{name}` and `{why}` are filled in by whoever refuses. */
  readonly sentence: string
}

const API_ERRORS = {
  // Who is asking, and for what.
  noCredentials: { code: 20003, status: 401, sentence: 'Authentication Error - No credentials provided' },
  wrongCredentials: { code: 20003, status: 401, sentence: 'Authenticate' },
  invalidUsername: { code: 20003, status: 401, sentence: 'Authentication Error - invalid username' },
  accountNotActive: { code: 20005, status: 403, sentence: 'Account {value} is not active' },
  notFound: { code: 20404, status: 404, sentence: 'The requested resource {value} was not found' },
  methodNotAllowed: { code: 20004, status: 405, sentence: 'Method {value} is not allowed on this resource' },

  // The request as a whole. 20400, 20412, 20413, 20415, 20416 and 20431 are ours, formed as the reference forms 20404
  // and 20409.
  malformedRequest: { code: 20400, status: 400, sentence: 'The request is malformed: {why}' },
  preconditionFailed: { code: 20412, status: 412, sentence: 'A condition in the headers of the request is not met' },
  bodyTooLarge: { code: 20413, status: 413, sentence: 'The request body is larger than {why}' },
  unsupportedContentType: { code: 20415, status: 415, sentence: "Content-Type '{value}' is not supported here" },
  rangeNotSatisfiable: { code: 20416, status: 416, sentence: "There is nothing in the range '{value}'" },
  headersTooLarge: { code: 20431, status: 431, sentence: 'The request line and headers are larger than {why}' },
  tooManyRequests: { code: 20429, status: 429, sentence: 'Too many requests: {why}' },
  internal: { code: 20500, status: 500, sentence: 'An internal server error has occurred' },
  unavailable: { code: 20503, status: 503, sentence: 'The service is not available: {why}' },

  // Parameters without a code of their own.
  invalidParameter: { code: 20001, status: 400, sentence: "Parameter {name} is not valid: '{value}', expected {why}" },
  missingParameter: { code: 20001, status: 400, sentence: 'Parameter {name} is required' },
  conflict: { code: 20409, status: 409, sentence: '{why}' },

  // Lists.
  pageSizeTooLarge: { code: 20007, status: 400, sentence: 'Page size {value} is larger than 1000' },
  invalidPageToken: { code: 21481, status: 400, sentence: "Invalid PageToken '{value}'" },

  // Calls.
  callNotFinished: { code: 20009, status: 409, sentence: 'Call {value} cannot be deleted before it has finished' },
  missingTo: { code: 21201, status: 400, sentence: 'No to number is specified' },
  invalidUrl: { code: 21205, status: 400, sentence: "{name} is not a valid absolute http or https URL: '{value}'" },
  noDocument: { code: 21205, status: 400, sentence: 'Url parameter is required: give Url, Twiml or ApplicationSid' },
  applicationWithoutUrl: { code: 21205, status: 400, sentence: 'Application {value} has no VoiceUrl' },
  invalidSendDigits: {
    code: 21206,
    status: 400,
    sentence: "SendDigits is not valid: '{value}', expected at most 32 of 0-9 A-D # * w W",
  },
  invalidTimeout: { code: 21208, status: 400, sentence: "Timeout is not valid: '{value}', expected 1 to 600 seconds" },
  invalidMethod: { code: 21209, status: 400, sentence: "{name} is not valid: '{value}', expected GET or POST" },
  fromNotOwned: {
    code: 21210,
    status: 400,
    sentence: 'The source phone number provided, {value}, is not yet verified for your account',
  },
  invalidTo: { code: 21211, status: 400, sentence: "Invalid 'To' phone number: {value}" },
  invalidFrom: { code: 21212, status: 400, sentence: "Invalid 'From' phone number: {value}" },
  missingFrom: { code: 21213, status: 400, sentence: "A 'From' phone number is required" },
  unreachableTo: { code: 21214, status: 400, sentence: "'To' phone number cannot be reached: {value}" },
  forbiddenTo: { code: 21215, status: 400, sentence: 'Account not authorized to call {value}' },
  blockedTo: { code: 21216, status: 400, sentence: "'To' phone number is on the block list: {value}" },
  implausibleTo: { code: 21217, status: 400, sentence: '{value} does not look like a valid phone number' },
  invalidApplication: { code: 21218, status: 400, sentence: "ApplicationSid is not valid: '{value}'" },
  notInProgress: { code: 21220, status: 400, sentence: 'Call is not in-progress. Cannot redirect.' },
  sipUsernameTooLong: { code: 21221, status: 400, sentence: 'SipAuthUsername is longer than 255 characters' },
  sipUsernameIllegal: { code: 21222, status: 400, sentence: 'SipAuthUsername has characters that are not allowed' },
  sipPasswordTooLong: { code: 21223, status: 400, sentence: 'SipAuthPassword is longer than 255 characters' },
  sipPasswordIllegal: { code: 21224, status: 400, sentence: 'SipAuthPassword has characters that are not allowed' },
  sipPasswordMissing: { code: 21225, status: 400, sentence: 'SipAuthUsername is given without SipAuthPassword' },
  sipHeadersTooLong: { code: 21227, status: 400, sentence: 'The headers of the SIP URI are 1024 characters or longer' },
  sipHeaderName: { code: 21228, status: 400, sentence: "Header name in the SIP URI is not allowed: '{value}'" },
  sipHeaderValue: { code: 21229, status: 400, sentence: "Header value in the SIP URI is not allowed: '{value}'" },
  invalidMachineDetection: { code: 21234, status: 400, sentence: "{name} is not valid: '{value}', expected {why}" },
  invalidCallback: {
    code: 21609,
    status: 400,
    sentence: "{name} is not a valid absolute http or https URL: '{value}'",
  },
  twimlTooLong: { code: 32018, status: 400, sentence: 'Twiml is longer than 4000 characters' },

  // Conferences.
  conferenceNotActive: { code: 16001, status: 400, sentence: 'Conference {value} is not in progress' },
  conferenceFull: { code: 16020, status: 400, sentence: 'Conference {value} has as many participants as it may have' },
  conferenceOver: { code: 16022, status: 400, sentence: 'Conference {value} does not exist or is completed' },
  invalidLabel: {
    code: 16024,
    status: 400,
    sentence: "Label is not valid: '{value}', expected at most 128 characters, no slash, and not the SID of a call",
  },
  labelTaken: { code: 16026, status: 400, sentence: "Label '{value}' is in use in this conference" },
  coachedOnHold: { code: 16027, status: 400, sentence: 'The participant to be coached is on hold' },
  coachedAbsent: { code: 16028, status: 400, sentence: 'The participant to be coached is not in the conference' },
  participantNotConnected: { code: 21220, status: 400, sentence: 'Participant {value} has not joined yet' },

  // Recordings.
  notRecordable: { code: 21220, status: 400, sentence: 'Requested resource is not eligible for recording' },
  recordingNotFinished: {
    code: 20009,
    status: 409,
    sentence: 'Recording {value} cannot be deleted before it has finished',
  },
  recordingNotChangeable: {
    code: 21220,
    status: 400,
    sentence: 'Recording {value} is not in a state in which it could become {why}',
  },
  severalRecordings: {
    code: 16108,
    status: 400,
    sentence: 'Call {value} has more than one active recording: name one by its SID',
  },
  recordingIsMono: {
    code: 16113,
    status: 400,
    sentence: 'A mono recording cannot be downloaded with two channels',
  },

  // Streams.
  notStreamable: { code: 21220, status: 400, sentence: 'Call {value} is not in progress: it has no streams' },
  streamBothWays: {
    code: 21220,
    status: 400,
    sentence: 'Stream {value} was begun by <Connect> and cannot be stopped here: update the call instead',
  },
  streamScheme: { code: 31922, status: 400, sentence: "Url is not valid: '{value}', a stream goes to a wss:// URL" },
  streamUrl: { code: 31923, status: 400, sentence: "Url is not valid: '{value}', {why}" },
  tooManyTracks: { code: 31941, status: 400, sentence: 'Call {value} would have more than four tracks in streams' },

  // Live transcriptions.
  notTranscribable: {
    code: 21220,
    status: 400,
    sentence: 'Call {value} is not in progress: it has no transcriptions',
  },

  // User-defined messages.
  notMessageable: {
    code: 21220,
    status: 400,
    sentence: 'Call {value} is neither ringing nor in progress: it has no messages',
  },
  notAClient: { code: 21220, status: 400, sentence: 'Call {value} is not with a Voice SDK client: it has no messages' },
  invalidContent: { code: 32702, status: 400, sentence: 'Content is not valid: only data in JSON format is supported' },
  contentTooLong: { code: 32703, status: 400, sentence: 'Content is longer than 10000 characters' },

  // Queues.
  queueNameTaken: { code: 22003, status: 400, sentence: 'A queue with the name {value} already exists' },
  queueNotEmpty: { code: 20409, status: 409, sentence: 'Queue {value} cannot be deleted while somebody waits in it' },

  // SIP. Of a credential no value is repeated: it may be the password.
  tooManySipDomains: { code: 21230, status: 400, sentence: 'The account already has {value} SIP domains' },
  invalidSipDomain: { code: 21231, status: 400, sentence: "{name} is not valid: '{value}', expected {why}" },
  sipDomainNameTaken: { code: 21231, status: 400, sentence: 'A SIP domain with the name {value} already exists' },
  sipListAlreadyMapped: { code: 21231, status: 400, sentence: 'List {value} is already mapped to this SIP domain' },
  invalidSipDomainName: {
    code: 21232,
    status: 400,
    sentence: "DomainName is not valid: '{value}', expected a host name such as office.example.com",
  },
  invalidAddressList: { code: 21235, status: 400, sentence: "{name} is not valid: '{value}', expected {why}" },
  addressListMapped: {
    code: 21236,
    status: 400,
    sentence: 'Address list {value} is mapped to a SIP domain: delete the mapping first',
  },
  tooManyAddresses: { code: 21237, status: 400, sentence: 'The list already has {value} addresses' },
  invalidAddress: { code: 21238, status: 400, sentence: "{name} is not valid: '{value}', expected {why}" },
  tooManyCredentialLists: { code: 21239, status: 400, sentence: 'The account already has {value} credential lists' },
  invalidCredentialList: { code: 21240, status: 400, sentence: "{name} is not valid: '{value}', expected {why}" },
  credentialListNameTaken: {
    code: 21240,
    status: 400,
    sentence: 'A credential list with the name {value} already exists',
  },
  credentialListMapped: {
    code: 21241,
    status: 400,
    sentence: 'Credential list {value} is mapped to a SIP domain: delete the mapping first',
  },
  tooManyCredentials: { code: 21242, status: 400, sentence: 'The list already has {value} credentials' },
  invalidCredential: { code: 21243, status: 400, sentence: '{name} is not valid, expected {why}' },
  sipUsernameTaken: { code: 21243, status: 400, sentence: 'The list already has a user {value}' },

  // Phone numbers and applications.
  invalidResourceUrl: { code: 21402, status: 400, sentence: "{name} is not a valid URL: '{value}'" },
  invalidResourceMethod: { code: 21403, status: 400, sentence: "{name} is not valid: '{value}', expected GET or POST" },
  fallbackWithoutUrl: { code: 21405, status: 400, sentence: 'VoiceFallbackUrl cannot be set without VoiceUrl' },
  unusableApplication: { code: 21420, status: 400, sentence: "VoiceApplicationSid is not usable: '{value}'" },
  invalidNumber: { code: 21421, status: 400, sentence: "PhoneNumber is not valid: '{value}'" },
  numberNotAvailable: { code: 21422, status: 400, sentence: 'PhoneNumber is not available: {value}' },
  noneInAreaCode: { code: 21452, status: 400, sentence: 'No phone numbers found in area code {value}' },
  invalidAccountSid: { code: 21470, status: 400, sentence: "AccountSid is not valid: '{value}'" },
} as const satisfies Record<string, ErrorRow>

/** The Event Streams API words some of its refusals otherwise. */
const STREAM_ERRORS = {
  missingRequired: { code: 20001, status: 400, sentence: 'Missing required parameter {name}' },
  missingType: { code: 20001, status: 400, sentence: 'Missing required input parameter event_types[{name}].type' },
  invalidFilter: { code: 20001, status: 400, sentence: 'Parameter Filter is not valid: {why}' },

  typeNotFound: { code: 20409, status: 409, sentence: 'Type {value} not found in the system' },
  typeRestricted: { code: 20409, status: 409, sentence: 'Type {value} is restricted; use {why}' },
  typeDiscontinued: { code: 20409, status: 409, sentence: 'Type {value} is discontinued; use {why}' },
  sinkInUse: { code: 20409, status: 409, sentence: 'Sink with SID {value} is in use' },

  sinkNotCreated: { code: 91000, status: 400, sentence: 'Sink could not be saved: {why}' },
  sinkNotFound: { code: 91001, status: 404, sentence: 'Sink with SID {value} was not found' },
  tooManySinks: { code: 91003, status: 400, sentence: 'The account already has {value} sinks' },
  sinkNotActive: { code: 91100, status: 400, sentence: 'Sink with SID {value} is not active' },
  subscriptionNotSaved: { code: 91101, status: 400, sentence: 'Subscription could not be saved: {why}' },
  typeNotSupported: {
    code: 91104,
    status: 400,
    sentence: 'Event type {value} is not supported by sinks of type {why}',
  },
} as const satisfies Record<string, ErrorRow>

const ERRORS = { ...API_ERRORS, ...STREAM_ERRORS }

export type ErrorName = keyof typeof ERRORS

export interface ErrorDetail {
  readonly name?: string
  /** Shortened to 120 characters; never pass a secret. */
  readonly value?: string
  readonly why?: string
}

const VALUE_CHARS_MAX = 120
/** Shortened, and without the user info of a URL: the message is recorded with the exchange. */
function fill(text: string | undefined): string {
  const shown = (text ?? '').replace(/\/\/[^/?#\s]*@/g, '//***@')
  return shown.length <= VALUE_CHARS_MAX ? shown : `${shown.slice(0, VALUE_CHARS_MAX - 3)}...`
}

/** A request we will not do, as a value to throw: caught once, at the top of the request. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly error: ErrorName
  readonly code: number
  readonly status: number

  constructor(error: ErrorName, detail: ErrorDetail) {
    const row: ErrorRow = ERRORS[error]
    super(row.sentence.replace(/\{(name|value|why)\}/g, (_, part: 'name' | 'value' | 'why') => fill(detail[part])))
    this.error = error
    this.code = row.code
    this.status = row.status
  }
}

export function refuse(error: ErrorName, detail: ErrorDetail = {}): Refusal {
  return new Refusal(error, detail)
}

/** The body the reference's clients read. */
export function errorBody(refusal: Refusal): string {
  return JSON.stringify({
    code: refusal.code,
    ...(refusal.status === 401 ? { detail: 'Your AccountSid or AuthToken was incorrect.' } : {}),
    message: refusal.message,
    more_info: moreInfo(refusal.code),
    status: refusal.status,
  })
}

export const moreInfo = (code: number): string => `https://www.twilio.com/docs/errors/${code}`

/** The tables, for the pages that document them and the tests that compare. */
export const errorTable: Readonly<Record<string, ErrorRow>> = API_ERRORS
export const streamErrorTable: Readonly<Record<string, ErrorRow>> = STREAM_ERRORS
