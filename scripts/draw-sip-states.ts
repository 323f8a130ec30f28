/** Draws docs/states/sip-*.svg from the tables of SIP's transactions. `--check` fails when a file is not what its table says. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { INVITE_CLIENT_TABLE } from '../src/wire/sip/transaction/invite-client-table.ts'
import { INVITE_SERVER_TABLE } from '../src/wire/sip/transaction/invite-server-table.ts'
import { OTHER_CLIENT_TABLE } from '../src/wire/sip/transaction/other-client-table.ts'
import { OTHER_SERVER_TABLE } from '../src/wire/sip/transaction/other-server-table.ts'

type AnyTable = Readonly<Record<string, Readonly<Record<string, { readonly to: string } | undefined>>>>

const MACHINES: readonly (readonly [file: string, title: string, table: AnyTable])[] = [
  ['sip-invite-client', 'INVITE, as its client sees it', INVITE_CLIENT_TABLE],
  ['sip-other-client', 'Other requests, as their client sees them', OTHER_CLIENT_TABLE],
  ['sip-invite-server', 'INVITE, as its server sees it', INVITE_SERVER_TABLE],
  ['sip-other-server', 'Other requests, as their server sees them', OTHER_SERVER_TABLE],
]

const LEFT = 330
const WIDTH = 150
const HEIGHT = 36
const STEP = 110
const TOP = 20

/** States stand in a column; a step to the next one goes straight down, every other way around on the left. */
function draw(title: string, table: AnyTable): string {
  const states = Object.keys(table)
  const y = (state: string) => TOP + states.indexOf(state) * STEP
  const parts: string[] = []
  let detours = 0
  for (const from of states) {
    const byTarget = Map.groupBy(Object.entries(table[from]!), ([, cell]) => cell!.to)
    for (const [to, cells] of byTarget) {
      const label = cells.map(([event]) => event).join(', ')
      if (to === from) {
        parts.push(text(LEFT + WIDTH + 10, y(from) + 22, 'start', `↻ ${label}`))
      } else if (states.indexOf(to) === states.indexOf(from) + 1) {
        const x = LEFT + WIDTH / 2
        parts.push(
          path(`M${x} ${y(from) + HEIGHT} L ${x} ${y(to)}`),
          text(x + 8, y(from) + HEIGHT + 40, 'start', label),
        )
      } else {
        const bend = LEFT - 40 - 22 * (detours % 7)
        const [y1, y2] = [y(from) + HEIGHT - 8, y(to) + 8]
        detours += 1
        parts.push(
          path(`M${LEFT} ${y1} C ${bend} ${y1 + 30}, ${bend} ${y2 - 30}, ${LEFT} ${y2}`),
          text(LEFT - 12, y1 + 18 + 13 * [...byTarget.keys()].indexOf(to), 'end', `${label} → ${to}`),
        )
      }
    }
  }
  const boxes = states.map((state) => {
    const style = state === 'terminated' ? 'fill="#eee" stroke="#888"' : 'fill="#e3f0ff" stroke="#36c"'
    return `<rect x="${LEFT}" y="${y(state)}" width="${WIDTH}" height="${HEIGHT}" rx="6" ${style}/><text x="${LEFT + WIDTH / 2}" y="${y(state) + 23}" text-anchor="middle">${state}</text>`
  })
  const height = TOP + (states.length - 1) * STEP + HEIGHT + TOP
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 840 ${height}" font-family="sans-serif" font-size="14">
<title>${title}</title>
<style>.event{font-size:11px;fill:#555;paint-order:stroke;stroke:#fff;stroke-width:4px}</style>
<defs><marker id="tip" markerWidth="8" markerHeight="8" refX="7" refY="4" orient="auto"><path d="M0 0 L8 4 L0 8 z" fill="#999"/></marker></defs>
${parts.join('\n')}
${boxes.join('\n')}
</svg>
`
}

const path = (line: string) => `<path d="${line}" fill="none" stroke="#999" marker-end="url(#tip)"/>`
const text = (x: number, y: number, anchor: string, label: string) =>
  `<text x="${x}" y="${y}" text-anchor="${anchor}" class="event">${label}</text>`

const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), 'docs/states')
mkdirSync(folder, { recursive: true })
for (const [file, title, table] of MACHINES) {
  const at = join(folder, `${file}.svg`)
  const svg = draw(title, table)
  if (!process.argv.includes('--check')) writeFileSync(at, svg)
  else if (readFileSync(at, 'utf8') !== svg)
    throw new Error(`${at} is not what the table says: run node scripts/draw-sip-states.ts`)
}
