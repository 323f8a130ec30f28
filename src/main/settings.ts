/**
 * The one table of settings: name (a key of ringback.config.json, and with dashes a flag), environment name, default,
 * unit and sentence. `ringback config` prints it with the values in force and where each came from.
 */
import { z } from 'zod'

export interface Setting<T> {
  readonly name: string
  readonly environment: string
  readonly schema: z.ZodType<T>
  readonly fallback: T
  readonly unit: string
  readonly sentence: string
  readonly secret?: true
}

const setting = <T>(
  name: string,
  environment: string,
  schema: z.ZodType<T>,
  fallback: T,
  sentence: string,
  more: { readonly unit?: string; readonly secret?: true } = {},
): Setting<T> => ({
  name,
  environment,
  schema,
  fallback,
  sentence,
  unit: more.unit ?? '',
  ...(more.secret && { secret: true }),
})

const text = z.string().min(1)
const integer = (min: number, max: number) => z.coerce.number().int().min(min).max(max)
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')])
const list = z.union([
  z.array(text),
  z.string().transform((value) =>
    value
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  ),
])

export const SETTINGS = {
  host: setting('host', 'RINGBACK_HOST', text, '127.0.0.1', 'Address to listen on.'),
  port: setting(
    'port',
    'RINGBACK_PORT',
    integer(0, 65535),
    2010,
    'Port of everything; 0 takes a free one and writes it to server.json.',
  ),
  data: setting(
    'data',
    'RINGBACK_DATA',
    text,
    './ringback-data',
    'Folder of the journal, the credentials and server.json.',
  ),
  publicUrl: setting(
    'publicUrl',
    'RINGBACK_PUBLIC_URL',
    z.union([z.url({ protocol: /^https?$/ }), z.null()]),
    null,
    'Address of ours in answers; else that of the request.',
  ),
  accountSid: setting(
    'accountSid',
    'RINGBACK_ACCOUNT_SID',
    z.union([z.string().regex(/^AC[0-9a-fA-F]{32}$/), z.null()]),
    null,
    'Account SID; else one is made at first start.',
  ),
  authToken: setting(
    'authToken',
    'RINGBACK_AUTH_TOKEN',
    z.union([z.string().min(8).max(128), z.null()]),
    null,
    'Auth token; else one is made at first start.',
    { secret: true },
  ),
  clock: setting(
    'clock',
    'RINGBACK_CLOCK',
    z.enum(['real', 'virtual']),
    'real',
    'Real time, or virtual time that jumps when nothing happens.',
  ),
  clockSettleMs: setting(
    'clock.settleMs',
    'RINGBACK_CLOCK_SETTLE_MS',
    integer(0, 60_000),
    20,
    'Real time without any hold before virtual time moves.',
    { unit: 'ms' },
  ),
  egress: setting(
    'egress',
    'RINGBACK_EGRESS',
    z.union([z.enum(['local', 'public']), z.null()]),
    null,
    'local: requests may go to loopback and private addresses; public: not. Default: local while listening on loopback only.',
  ),
  egressAllow: setting(
    'egress.allow',
    'RINGBACK_EGRESS_ALLOW',
    list,
    [],
    'Address ranges (CIDR) that egress=public allows besides public ones.',
  ),
  caFile: setting(
    'caFile',
    'RINGBACK_CA_FILE',
    z.union([text, z.null()]),
    null,
    'PEM file of further authorities to trust in requests to apps.',
  ),
  callerId: setting(
    'callerId',
    'RINGBACK_CALLER_ID',
    z.enum(['any', 'owned']),
    'any',
    'any: every well-formed From is accepted; owned: only numbers of the account (21210).',
  ),
  callsPerSecond: setting(
    'calls.perSecond',
    'RINGBACK_CALLS_PER_SECOND',
    z.union([z.coerce.number().positive().max(10_000), z.null()]),
    null,
    'Calls dialled per second; those above it wait in the queue. Default: no limit.',
    { unit: '1/s' },
  ),
  eventsGate: setting(
    'events.gate',
    'RINGBACK_EVENTS_GATE',
    z.enum(['callback', 'always']),
    'callback',
    'callback: events only for calls that gave a status callback; always: for every call.',
  ),
  eventsTranscriptionContent: setting(
    'events.transcriptionContent',
    'RINGBACK_EVENTS_TRANSCRIPTION_CONTENT',
    flag,
    false,
    'Also events of real-time transcription content, several a second for each call.',
  ),
  eventsSchemaBase: setting(
    'events.schemaBase',
    'RINGBACK_EVENTS_SCHEMA_BASE',
    z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, '')),
    'https://events-schemas.twilio.com',
    'What dataschema of events starts with.',
  ),
  eventsStrictValidate: setting(
    'events.strictValidate',
    'RINGBACK_EVENTS_STRICT_VALIDATE',
    flag,
    false,
    'Validating a sink wants the id of a test event that arrived; else any id is valid.',
  ),
  eventsHoldClock: setting(
    'events.holdClock',
    'RINGBACK_EVENTS_HOLD_CLOCK',
    flag,
    true,
    'Virtual time stands still while a request to a sink is under way.',
  ),
  eventsStsEndpoint: setting(
    'events.stsEndpoint',
    'RINGBACK_EVENTS_STS_ENDPOINT',
    z.union([z.url({ protocol: /^https?$/ }), z.null()]),
    null,
    "Where roles of Kinesis sinks are assumed. Default: the AWS region's own endpoint.",
  ),
  secretsKey: setting(
    'secrets.key',
    'RINGBACK_SECRETS_KEY',
    z.union([z.string().min(16).max(1024), z.null()]),
    null,
    'Key that seals the secrets of sinks; else one is made at first start and kept in secrets.key.',
    { secret: true },
  ),
  callEventsJsonBody: setting(
    'callEvents.jsonBody',
    'RINGBACK_CALL_EVENTS_JSON_BODY',
    z.enum(['object', 'string']),
    'object',
    'How Call Events show a JSON answer.',
  ),
  speechProvider: setting(
    'speech.provider',
    'RINGBACK_SPEECH_PROVIDER',
    z.enum(['auto', 'timed', 'flite', 'espeak-ng', 'openai']),
    'auto',
    'Who speaks, see speech.md. auto: flite on the real clock, timed (a murmur as long as the words) on the virtual one.',
  ),
  speechUrl: setting(
    'speech.url',
    'RINGBACK_SPEECH_URL',
    z.url({ protocol: /^https?$/ }).regex(/^[^@?#]*$/, 'expected an address without user, query and fragment'),
    'https://api.openai.com/v1',
    'openai: address of the service; /audio/speech is appended.',
  ),
  speechKey: setting(
    'speech.key',
    'RINGBACK_SPEECH_KEY',
    z.union([z.string().regex(/^[\x21-\x7e]{1,1024}$/, 'expected printable characters without spaces'), z.null()]),
    null,
    'openai: key of the service; not every service wants one.',
    { secret: true },
  ),
  speechModel: setting('speech.model', 'RINGBACK_SPEECH_MODEL', text, 'tts-1', 'openai: model of the service.'),
  speechVoices: setting(
    'speech.voices',
    'RINGBACK_SPEECH_VOICES',
    list.refine((pairs) => pairs.every((pair) => /^[^=]+=[^=]+$/.test(pair)), 'expected pairs such as female=nova'),
    ['female=nova', 'male=onyx'],
    "openai: the service's voices by gender, and by the name asked for where it should differ (Polly.Joanna=shimmer).",
  ),
  speechFormat: setting(
    'speech.format',
    'RINGBACK_SPEECH_FORMAT',
    z.enum(['wav', 'pcm']),
    'wav',
    'openai: what to ask the service for; pcm is bare samples of 16 bits at 24 kHz.',
  ),
  speechEspeakPath: setting(
    'speech.espeakPath',
    'RINGBACK_SPEECH_ESPEAK_PATH',
    text,
    'espeak-ng',
    'espeak-ng: the program.',
  ),
  recognitionProvider: setting(
    'recognition.provider',
    'RINGBACK_RECOGNITION_PROVIDER',
    z.enum(['auto', 'openai']),
    'auto',
    'Who understands speech, see speech.md. auto: only words that are known, as of simulated phones.',
  ),
  recognitionUrl: setting(
    'recognition.url',
    'RINGBACK_RECOGNITION_URL',
    z.url({ protocol: /^https?$/ }).regex(/^[^@?#]*$/, 'expected an address without user, query and fragment'),
    'https://api.openai.com/v1',
    'openai: address of the service; /audio/transcriptions is appended.',
  ),
  recognitionKey: setting(
    'recognition.key',
    'RINGBACK_RECOGNITION_KEY',
    z.union([z.string().regex(/^[\x21-\x7e]{1,1024}$/, 'expected printable characters without spaces'), z.null()]),
    null,
    'openai: key of the service; not every service wants one.',
    { secret: true },
  ),
  recognitionModel: setting(
    'recognition.model',
    'RINGBACK_RECOGNITION_MODEL',
    text,
    'whisper-1',
    'openai: model of the service.',
  ),
  retentionDays: setting(
    'retention.days',
    'RINGBACK_RETENTION_DAYS',
    integer(1, 3650),
    30,
    'How long the journal keeps its entries.',
    { unit: 'days' },
  ),
  logLevel: setting(
    'log.level',
    'RINGBACK_LOG_LEVEL',
    z.enum(['debug', 'info', 'warn', 'error', 'silent']),
    'info',
    'Least level that is logged.',
  ),
  logFormat: setting(
    'log.format',
    'RINGBACK_LOG_FORMAT',
    z.union([z.enum(['pretty', 'json']), z.null()]),
    null,
    'pretty or json lines. Default: pretty on a terminal.',
  ),
} as const satisfies Record<string, Setting<unknown>>

export type SettingKey = keyof typeof SETTINGS
export type Settings = { readonly [Key in SettingKey]: (typeof SETTINGS)[Key] extends Setting<infer T> ? T : never }
