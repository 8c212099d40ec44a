import { existsSync } from 'node:fs'
import { counted } from '../../lib/words/counted.js'
import type { Command } from 'commander'
import { importJournal } from '../../journal/import.js'
import { usualLimits } from '../../journal/lines.js'
import { retentionOf } from '../command-line/quantity.js'
import { TroubleError } from '../command-line/trouble-error.js'
import { examples } from '../command-line/help.js'
import { progress } from './progress.js'
import type { Terminal } from '../command-line/terminal.js'

export function addImport(program: Command, terminal: () => Terminal): void {
  program
    .command('import')
    .description('make a journal of what `export` wrote as a bundle or as ndjson')
    .argument('<FILE>')
    .requiredOption('-o, --output <JOURNAL>', 'the file to make, which must not be there yet')
    .option('--max-size <SIZE>', 'no more than so much is read of FILE, which may be a pipe; 0: all', '16G')
    .addHelpText('after', examples('vtep-replay import incident.bundle -o incident.journal'))
    .action((file: string, { output, maxSize }: { output: string; maxSize: string }) => {
      const bytes = retentionOf('0', maxSize, '--').maxBytes ?? Infinity
      if (existsSync(output)) throw new TroubleError(`${output}: exists already`)
      const { entries, isProven } = importJournal(
        file,
        output,
        (entries, read, size) => progress.over(entries, 0, size, { at: read, text: megabytes }),
        { ...usualLimits, bytes },
      )
      const out = terminal()
      if (out.isJson) return out.json({ file: output, entries, isProven })
      const proof = isProven ? 'proven to be what was exported' : 'of which nothing says that they are all'
      out.line(`${output}: ${counted(entries, 'entry')}, ${proof}`)
    })
}

function megabytes(at: number, of: number): string {
  return `${(at / 1e6).toFixed(1)} of ${(of / 1e6).toFixed(1)} MB`
}
