/** HTTP Basic (RFC 7617) from the user info of a URL. */

export interface Credentials {
  readonly username: string
  readonly password: string
}

/** `user:pass` of a URL, escapes decoded; a broken escape stays as it is written. Without a colon the password is ''. */
export function parseUserInfo(userInfo: string): Credentials {
  const colon = userInfo.indexOf(':')
  return {
    username: decode(colon < 0 ? userInfo : userInfo.slice(0, colon)),
    password: colon < 0 ? '' : decode(userInfo.slice(colon + 1)),
  }
}

/** The Authorization header, in UTF-8 (RFC 7617 §2.1). */
export function formatBasic({ username, password }: Credentials): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
