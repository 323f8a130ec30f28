/** Draws docs/states/call.svg from the engine's table. `--check` fails when the file is not what the table says. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type CallStatus, isFinal } from '../src/engine/call/call-record.ts'
import { CALL_TABLE } from '../src/engine/call/call-state.ts'

const path = join(dirname(dirname(fileURLToPath(import.meta.url))), 'docs/states/call.svg')

const WIDTH = 150
const HEIGHT = 36
const statuses = Object.keys(CALL_TABLE) as CallStatus[]
const live = statuses.filter((status) => !isFinal(status))
const over = [...statuses.filter((status) => isFinal(status) && status !== 'completed'), 'completed' as const]
const place = (status: CallStatus) =>
  isFinal(status) ? { x: 420, y: 30 + over.indexOf(status) * 85 } : { x: 60, y: 40 + live.indexOf(status) * 165 }

const box = (status: CallStatus) => {
  const { x, y } = place(status)
  const style = isFinal(status) ? 'fill="#eee" stroke="#888"' : 'fill="#e3f0ff" stroke="#36c"'
  return `<rect x="${x}" y="${y}" width="${WIDTH}" height="${HEIGHT}" rx="6" ${style}/><text x="${x + WIDTH / 2}" y="${y + 23}" text-anchor="middle">${status}</text>`
}

function arrow(from: CallStatus, to: CallStatus, inputs: readonly string[]): string {
  const a = place(from)
  const b = place(to)
  const down = !isFinal(to)
  // What leads to a final status is written beside its box. Live to live goes down the left side; a jump over one is drawn further out.
  const jump = live.indexOf(to) - live.indexOf(from) > 1
  const [x1, y1, x2, y2] = down
    ? [a.x + (jump ? 25 : 75), a.y + HEIGHT, b.x + (jump ? 25 : 75), b.y]
    : [a.x + WIDTH, a.y + HEIGHT / 2, b.x, b.y + HEIGHT / 2]
  const [tx, ty] = down ? [(x1 + x2) / 2 + (jump ? -55 : 6), (y1 + y2) / 2] : [b.x + WIDTH + 10, b.y + 23]
  const bend = jump
    ? `M${x1} ${y1} C ${x1 - 70} ${y1 + 60}, ${x2 - 70} ${y2 - 60}, ${x2} ${y2}`
    : `M${x1} ${y1} L ${x2} ${y2}`
  const anchor = down && jump ? 'end' : 'start'
  return `<path d="${bend}" fill="none" stroke="#999" marker-end="url(#tip)"/><text x="${tx}" y="${ty}" text-anchor="${anchor}" class="input">${inputs.join(', ')}</text>`
}

const arrows: string[] = []
for (const from of statuses) {
  const byTarget = Map.groupBy(Object.entries(CALL_TABLE[from]), ([, to]) => to as CallStatus)
  for (const [to, inputs] of byTarget)
    arrows.push(
      arrow(
        from,
        to,
        inputs.map(([input]) => input),
      ),
    )
}

const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-40 0 720 460" font-family="sans-serif" font-size="14">
<title>The states of a call</title>
<style>.input{font-size:11px;fill:#555;paint-order:stroke;stroke:#fff;stroke-width:4px}</style>
<defs><marker id="tip" markerWidth="8" markerHeight="8" refX="7" refY="4" orient="auto"><path d="M0 0 L8 4 L0 8 z" fill="#999"/></marker></defs>
${arrows.join('\n')}
${statuses.map(box).join('\n')}
</svg>
`

if (process.argv.includes('--check')) {
  if (readFileSync(path, 'utf8') !== svg)
    throw new Error(`${path} is not what the table says: run node scripts/draw-states.ts`)
} else {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, svg)
}
