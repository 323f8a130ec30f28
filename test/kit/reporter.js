/** A quiet test reporter: failures in full as they happen, one line of numbers at the end. */
export default async function* report(source) {
  const count = { pass: 0, fail: 0, skip: 0 }
  for await (const { type, data } of source) {
    if (type === 'test:stderr' || type === 'test:stdout') yield data.message
    if (type === 'test:diagnostic' && data.level === 'error') yield `${data.message}\n`
    if (type !== 'test:pass' && type !== 'test:fail') continue
    if (data.details?.type === 'suite') continue
    if (data.skip !== undefined) {
      count.skip += 1
      continue
    }
    if (type === 'test:pass') {
      count.pass += 1
      continue
    }
    count.fail += 1
    const error = data.details.error
    const cause = error?.cause ?? error
    yield `\n✖ ${data.name}\n  ${data.file ?? ''}:${data.line ?? ''}\n${indent(cause?.stack ?? String(cause))}\n`
  }
  yield `\n${count.pass} passed, ${count.fail} failed${count.skip > 0 ? `, ${count.skip} skipped` : ''}\n`
}

const indent = (text) => text.replace(/^/gm, '    ')
