/** Event types as people say them: without the prefix that all of them have. */

const PREFIX = 'com.twilio.voice.'

export const shortType = (type: string): string => (type.startsWith(PREFIX) ? type.slice(PREFIX.length) : type)

/** `twiml.gather`, `twiml.*` and whole names, as the server takes them: whole, or the beginning up to a dot. */
export const longType = (name: string): string => {
  const bare = name.replace(/\*$/, '')
  return bare.startsWith('com.') ? bare : PREFIX + bare
}

/** For an option that may be repeated and may have several, with commas. */
export const addTypes = (value: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  ...value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .map(longType),
]
