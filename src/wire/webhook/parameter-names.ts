/** Wire names of parameters (`SipHeader_X-Foo`) as Call Events spell them (`sip_header_x_foo`). */

const CACHED_MAX = 1000
const cached = new Map<string, string>()

/** `MachineDetectionTimeout` → `machine_detection_timeout`, `STIRVerstat` → `stir_verstat`. */
export function toSnakeCase(name: string): string {
  const known = cached.get(name)
  if (known !== undefined) return known
  const snake = name
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1_$2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1_$2')
    .toLowerCase()
    .replace(/_+/g, '_')
  // Callers may invent names without end: forget everything now and then.
  if (cached.size >= CACHED_MAX) cached.clear()
  cached.set(name, snake)
  return snake
}

/** Renames every parameter. Names that become the same keep their order: the first stays, then `_2`, `_3` … */
export function toSnakeCaseParameters<Value>(parameters: Readonly<Record<string, Value>>): Record<string, Value> {
  const renamed = new Map<string, Value>()
  for (const name of Object.keys(parameters)) {
    const snake = toSnakeCase(name)
    let free = snake
    for (let count = 2; renamed.has(free); count++) free = `${snake}_${count}`
    renamed.set(free, parameters[name]!)
  }
  return Object.fromEntries(renamed)
}
