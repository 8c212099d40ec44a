import { writeSync } from 'node:fs'
import type { Command } from 'commander'
import { noTip } from '../../journal/format.js'
import type { Entry } from '../../lib/model/event.js'
import { logFilter } from '../../lib/replay/log-filter.js'
import { Narrator } from '../../lib/replay/narrator.js'
import { positionAt, positionForms } from '../../lib/replay/position.js'
import type { Recording } from '../../lib/replay/recording.js'
import { subjectForms } from '../../lib/replay/subject.js'
import { follow } from './follow.js'
import { examples } from './help.js'
import { withRecording } from './journal-at.js'
import type { Terminal } from './terminal.js'

interface Options {
  readonly kind: readonly string[]
  readonly table: readonly string[]
  readonly about: readonly string[]
  readonly from?: string
  readonly to?: string
  readonly follow: boolean
}

export function addLog(program: Command, terminal: () => Terminal): void {
  const several = (text: string, before: readonly string[]): readonly string[] => [...before, text]
  program
    .command('log', { isDefault: true })
    .description('list the entries (what `vtep-replay JOURNAL` does)')
    .argument('<JOURNAL>')
    .option('--kind <KIND>', 'only events of this kind, as they are listed (can be repeated)', several, [])
    .option('--table <TABLE>', 'only changes of rows of this table (can be repeated)', several, [])
    .option('--about <WHAT>', `only what is said of it: ${subjectForms} (can be repeated)`, several, [])
    .option('--from <POSITION>', `from there on: ${positionForms}`)
    .option('--to <POSITION>', 'up to there')
    .option('-f, --follow', 'go on with what is recorded from now on', false)
    .addHelpText(
      'after',
      examples(
        'vtep-replay br0',
        'vtep-replay log br0 --kind planned --about 02:00:00:00:0e:01 --from 03:12',
        'vtep-replay log -f br0',
      ),
    )
    .action(async (name: string, options: Options) => {
      const out = terminal()
      const isWanted = logFilter({ kinds: options.kind, tables: options.table, about: options.about })
      const narrator = new Narrator()
      const hear = (entry: Entry, recording: Recording, isShown: boolean): void => {
        if (!isShown) narrator.pass(entry)
        else if (out.isJson) out.json(entry)
        else out.line(narrator.describe(entry, recording))
      }
      let seen = noTip
      await withRecording(name, (recording) => {
        const at = (text: string | undefined, otherwise: number): number =>
          text === undefined ? otherwise : positionAt(text, recording, Date.now())
        const [from, to] = [at(options.from, recording.first), at(options.to, recording.last)]
        // what stands before is not shown, yet tells what the rest is about
        const start = options.about.length === 0 ? from : recording.first
        for (const entry of recording.entries(start, to))
          hear(entry, recording, isWanted(entry) && entry.seq >= from)
        seen = recording.tip(recording.last)
      })
      if (!options.follow || options.to !== undefined) return
      await follow(name, seen, {
        take: (entry, recording) => hear(entry, recording, isWanted(entry)),
        say: (line) => {
          out.flush()
          writeSync(process.stderr.fd, `vtep-replay: ${line}\n`)
        },
        rest: () => {
          out.flush()
        },
      })
    })
}
