/** The worker's side of one leg's line. */
import type { LineLeg } from '../line/line-leg.ts'
import type { Event, LineCommand } from './messages.ts'

export type ServedLine = (command: LineCommand) => void

export function serveLine(leg: number, media: LineLeg, tell: (event: Event) => void): ServedLine {
  void media.local.then((local) => tell({ told: 'line-open', leg, local }))
  return (command) => {
    switch (command.do) {
      case 'connect-line':
        media.connect(command.agreement)
        return
      case 'send-keys':
        media.sendKeys(command.digits)
        return
      case 'tell-statistics':
        void media.statistics().then((statistics) => tell({ told: 'statistics', leg, statistics }))
    }
  }
}
