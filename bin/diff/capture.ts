import type { Command } from 'commander'
import { packageVersion } from '../../adapters/package-version.js'
import { bundleLines } from '../../journal/bundle.js'
import { chainStart } from '../../journal/format.js'
import { redacted } from '../../lib/redact/history.js'
import { digestOf } from '../command-line/digest.js'
import { TroubleError } from '../command-line/trouble-error.js'
import { UsageError } from '../command-line/usage-error.js'
import { examples } from '../command-line/help.js'
import type { Terminal } from '../command-line/terminal.js'
import { writeLines } from '../command-line/write-lines.js'
import { addSourceOptions, whereOf } from './options.js'
import { readPair } from './pair.js'

interface Options {
  readonly output?: string
  readonly redact: boolean
  readonly secret?: string
}

export function addCapture(program: Command, terminal: () => Terminal, warn: (text: string) => void): void {
  const command = program
    .command('capture')
    .description('write both sides into one file, to be compared elsewhere: rows, ports, flows and versions')
    .argument('[PS]', 'name of the switch')
    .option('-o, --output <FILE>', 'write to FILE, which must not be there yet')
    .option('--redact', 'put pseudonyms in the place of what tells whose network it is', false)
    .option('--secret <FILE>', 'make the same pseudonyms as others with this secret')
    .addHelpText('after', examples('vtep-diff capture br0 -o br0.capture'))
  addSourceOptions(command)
  command.action(async (name: string | undefined, options: Options) => {
    const { output, redact: isRedacted, secret } = options
    if (secret !== undefined && !isRedacted) throw new UsageError('capture: --secret goes with --redact')
    const { entries: found, versions, isPartial } = await readPair(whereOf(name, options), warn)
    if (isPartial) throw new TroubleError('capture: a file of this would not say what these sources do not')
    const entries = isRedacted ? redacted(found, null, digestOf(secret)).entries : found
    const about = { program: `vtep-diff ${packageVersion()}`, isRedacted, versions }
    writeLines(bundleLines({ origin: null, entries }, about, chainStart), output, terminal())
  })
}
