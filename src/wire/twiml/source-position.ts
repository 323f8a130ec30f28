/**
 * Where something stands in a document's source: line and column from 1. A line ends at CR LF, LF or CR; a column counts
 * UTF-16 units, as most editors do. A byte order mark has no column.
 */

export interface Position {
  readonly line: number
  readonly column: number
}

/** Answers the position of any offset in `text`; finds all line ends once, then searches in logarithmic time. */
export function positionsIn(text: string): (offset: number) => Position {
  const lineStarts = [0]
  for (const end of text.matchAll(/\r\n|\n|\r/g)) lineStarts.push(end.index + end[0].length)
  return (offset) => {
    let low = 0
    let high = lineStarts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (lineStarts[middle]! <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - lineStarts[low]! + 1 }
  }
}
