/** Times in English words: durations as minutes and seconds (`1'21"`), and the clock. */
import { cardinal } from './english-numbers.ts'

const MINUTE_SIGN = "['′’]"
const SECOND_SIGN = `(?:["″”]|'')`
const DURATION = new RegExp(`^(?:(\\d{1,3}) ?${MINUTE_SIGN})? ?(?:(\\d{1,3}) ?${SECOND_SIGN})?$`)
const CLOCK = /^(\d{1,2})(?::(\d{2})(?::(\d{2}))?)? ?(?:([ap])\.? ?m\.?)?$/i

/** @returns null when the text is no time. */
export function timeWords(text: string): string | null {
  const [whole, minutes, seconds] = DURATION.exec(text) ?? []
  if (whole) return [counted(minutes, 'minute'), counted(seconds, 'second')].filter((word) => word !== null).join(' ')
  const [, hour, minute, second, half] = CLOCK.exec(text) ?? []
  if (hour === undefined || (minute === undefined && half === undefined)) return null
  return clockWords({ hour, minute, second, half })
}

function counted(digits: string | undefined, unit: string): string | null {
  if (digits === undefined) return null
  return `${cardinal(digits)} ${unit}${Number(digits) === 1 ? '' : 's'}`
}

interface ClockTime {
  readonly hour: string
  readonly minute: string | undefined
  readonly second: string | undefined
  readonly half: string | undefined
}

/** 2:05 is two oh five, 2:00 two o'clock, 14:00 fourteen hundred, 2 pm two P M. */
function clockWords({ hour, minute = '00', second, half }: ClockTime): string | null {
  if (Number(hour) > 24 || Number(minute) > 59 || Number(second ?? 0) > 59) return null
  const onTheHour = Number(minute) === 0
  const said = [cardinal(hour)]
  if (!onTheHour) said.push(Number(minute) < 10 ? `oh ${cardinal(minute)}` : cardinal(minute))
  else if (half === undefined) said.push(Number(hour) >= 1 && Number(hour) <= 12 ? "o'clock" : 'hundred')
  if (second !== undefined) said.push(`and ${counted(second, 'second')}`)
  if (half !== undefined) said.push(`${half.toUpperCase()} M`)
  return said.join(' ')
}
