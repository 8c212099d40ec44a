import type { Command } from 'commander'
import { sha256 } from '../../adapters/sha256.js'
import type { Discrepancy } from '../../lib/replay/verify.js'
import { verify } from '../../lib/replay/verify.js'
import { examples } from './help.js'
import { withRecording } from './journal-at.js'
import type { Terminal } from './terminal.js'

export function addVerify(program: Command, terminal: () => Terminal): void {
  program
    .command('verify')
    .description('fold a journal again and compare every recorded plan, and the commands that ran')
    .argument('<JOURNAL>')
    .addHelpText('after', examples('vtep-replay verify br0'))
    .action((name: string) =>
      withRecording(name, (recording) => {
        const out = terminal()
        let entries = 0
        let plans = 0
        let commands = 0
        const counted = function* () {
          for (const entry of recording.entries()) {
            entries++
            if (entry.event.type === 'Planned') plans++
            if (entry.event.type === 'Applied') commands += entry.event.ran?.length ?? 0
            yield entry
          }
        }
        const found: Discrepancy[] = []
        for (const discrepancy of verify(counted(), recording.snapshots(), sha256)) {
          found.push(discrepancy)
          if (!out.isJson) out.line(`entry ${discrepancy.seq}: ${discrepancy.reason}`)
        }
        if (found.length > 0) out.status = 2
        if (out.isJson)
          return out.json({ file: recording.file, entries, plans, commands, discrepancies: found })
        const verdict = found.length === 0 ? 'sound' : `${found.length} differences`
        out.line(
          `${recording.file}: ${verdict}: ${entries} entries, ${plans} plans recomputed, ${commands} commands compared`,
        )
      }),
    )
}
