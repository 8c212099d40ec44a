import type { Command } from 'commander'
import { counted } from '../../lib/words/counted.js'
import { compact, type Compaction, previewOf } from '../../journal/compact.js'
import type { Passage } from '../../journal/recording.js'
import { localTime } from '../../lib/words/describe.js'
import { retentionOf } from '../command-line/quantity.js'
import { UsageError } from '../command-line/usage-error.js'
import { examples } from '../command-line/help.js'
import { journalNamed } from '../command-line/journal-at.js'
import { progress } from './progress.js'
import type { Terminal } from '../command-line/terminal.js'

interface Options {
  readonly keep?: string
  readonly maxSize?: string
  readonly dryRun: boolean
  readonly empty: boolean
}

export function addCompact(program: Command, terminal: () => Terminal): void {
  program
    .command('compact')
    .description('drop the oldest entries behind a snapshot and give their space back')
    .argument('<JOURNAL>')
    .option('--keep <TIME>', 'entries go that are older than this, such as 12h')
    .option(
      '--max-size <SIZE>',
      'the oldest entries go until the journal is no larger than this, such as 500M',
    )
    .option('--empty', 'also where no entry remains, only what they led to', false)
    .option('--dry-run', 'only say what would go', false)
    .addHelpText(
      'after',
      examples('vtep-replay compact br0 --keep 7d --dry-run', 'vtep-replay compact br0 --max-size 100M'),
    )
    .action((name: string, { keep, maxSize, dryRun, empty }: Options) => {
      if (keep === undefined && maxSize === undefined)
        throw new UsageError("compact: what is to go? Say '--keep' or '--max-size'")
      const retention = retentionOf(keep ?? '0', maxSize ?? '0', '--')
      const file = journalNamed(name)
      const passage: Passage = (entries, from, to) => progress.over(entries, from, to)
      const compaction = dryRun
        ? previewOf(file, retention, Date.now(), passage)
        : compact(file, retention, Date.now(), passage, empty)
      const out = terminal()
      if (out.isJson) out.json({ file, isDryRun: dryRun, ...compaction })
      else print(out, file, dryRun, compaction)
    })
}

function print(out: Terminal, file: string, isDryRun: boolean, compaction: Compaction): void {
  const { dropped, snapshot, first, last, bytesBefore, bytesAfter, trouble } = compaction
  const verb = isDryRun ? 'would go' : 'are gone'
  for (const { first: from, last: to, lastAtMs, why } of dropped) {
    const stands = to === snapshot ? 'a new snapshot' : 'a snapshot'
    out.line(
      `entries ${from} to ${to}, up to ${localTime(lastAtMs)}, ${verb} for ${why}: ${stands} stands for them`,
    )
  }
  const what = first > last ? `no entries remain, but what they led to` : `entries ${first} to ${last} remain`
  const before = counted(bytesBefore, 'byte')
  if (dropped.length === 0) out.line(`${file}: nothing is to go: ${what}, ${before}`)
  else if (trouble === null)
    out.line(`${file}: ${what}, ${isDryRun ? 'about ' : ''}${bytesAfter} of ${before}`)
  else out.line(`${file}: ${what}; the file has ${counted(bytesAfter, 'byte')} still: ${trouble}`)
}
