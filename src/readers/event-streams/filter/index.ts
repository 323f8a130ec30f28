/** The `Filter` of a subscription: parse once, then ask for each event. */
export { passes } from './evaluate.ts'
export { FILTER_CHARS_MAX, FILTER_DEPTH_MAX, parseFilter } from './parse.ts'
export { type Expression, FilterError } from './syntax.ts'
