import type { Batch } from '../model/batch.js'
import { addLine, deleteLine, openflowVersion } from '../model/flow.js'
import { isOneLine, unseen } from '../words/one-line.js'

/** A process to run: no shell is involved, `input` goes to its standard input. */
export interface Command {
  readonly program: (typeof programs)[keyof typeof programs]
  readonly arguments: readonly string[]
  readonly input: string
}

/** What makes a batch; `ovsdb-client` stands for the transaction that goes through the open session. */
export const programs = { config: 'ovs-vsctl', flows: 'ovs-ofctl', rows: 'ovsdb-client' } as const

/**
 * ovs-vsctl of Open vSwitch 3.6 and newer: the transaction is committed, but ovs-vswitchd could not set up all of it. Older
 * ones exit with 0 then. Interface.error says what it could not.
 */
const committed = 65

/** Whether a program that exits so has made the change it was asked for; undefined: it was killed, or never started. */
export function isDone(program: string, exitStatus: number | undefined): boolean {
  return exitStatus === 0 || (program === programs.config && exitStatus === committed)
}

/** A person can run it, also what stands for a transaction. `targetOf`: what ovs-ofctl is to connect to for a bridge. */
export function commandOf(batch: Batch, targetOf = usualTarget): Command {
  switch (batch.kind) {
    case 'config':
      return { program: programs.config, arguments: batch.arguments, input: '' }
    case 'flows':
      return {
        program: programs.flows,
        arguments: ['-O', openflowVersion, 'bundle', targetOf(batch.bridge), '-'],
        input: [...batch.remove.map(deleteLine), ...batch.add.map(addLine), ''].join('\n'),
      }
    case 'rows':
      return {
        program: programs.rows,
        arguments: ['transact', JSON.stringify(['hardware_vtep', ...batch.operations])],
        input: '',
      }
  }
}

/** A bridge's name, or its socket where ovs-ofctl could take the name for an option, a connection method or a file. */
function usualTarget(bridge: string): string {
  return isPlainBridge(bridge) ? bridge : `unix:/var/run/openvswitch/${bridge}.mgmt`
}

/** Whether ovs-ofctl takes a bridge's name for nothing else. */
export function isPlainBridge(name: string): boolean {
  return /^\w[\w.-]*$/.test(name)
}

/** All that a batch runs, in this order: a change of fail_mode is followed by what it restores. */
export function commandsOf(batch: Batch, targetOf?: (bridge: string) => string): readonly Command[] {
  const isDouble = batch.kind === 'config' && batch.restoration !== null
  return isDouble
    ? [commandOf(batch, targetOf), commandOf(batch.restoration, targetOf)]
    : [commandOf(batch, targetOf)]
}

/** The command to another place: a target in place of ovs-ofctl's bridge, or ovs-vsctl's options in front. */
export function reached(command: Command, where: readonly string[]): Command {
  const { program, arguments: list } = command
  const [target] = where
  if (target === undefined) return command
  return { ...command, arguments: program === 'ovs-ofctl' ? list.with(-2, target) : [...where, ...list] }
}

/** All that a process is given, its name first, as one text. */
export function handed(argv: readonly string[], input: string): string {
  return [...argv, input].join('\0')
}

/** The same of a command that is run as it stands. */
export function handedBy({ program, arguments: list, input }: Command): string {
  return handed([program, ...list], input)
}

/** The command as lines for a POSIX shell, each a plain line of text, whatever is in it. */
export function shellLines({ program, arguments: list, input }: Command): string {
  const line = shellWords(program, ...list)
  if (input === '') return line
  const lines = input.split('\n')
  const isDocument = lines.pop() === '' && lines.every((one) => isOneLine(one) && one !== documentEnd)
  return isDocument
    ? `${line} <<'${documentEnd}'\n${input}${documentEnd}`
    : `printf ${inQuotes(printfFormat(input))} | ${line}`
}

/** Ends a here-document, so it must be no line of one. */
const documentEnd = 'END'

/** A command without input, as a line for a POSIX shell. */
export function shellWords(...words: readonly string[]): string {
  return words.map(quoted).join(' ')
}

function quoted(argument: string): string {
  if (/^[\w@%+=:,./-]+$/.test(argument)) return argument
  if (isOneLine(argument)) return inQuotes(argument)
  // what a shell takes from a command is without the newlines at its end
  const [body = '', ends = ''] = argument.split(/(\n*)$/)
  const words = `"$(printf ${inQuotes(printfFormat(body))})"`
  return ends === '' ? words : words + inQuotes(ends)
}

function inQuotes(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** A text as the format of printf(1), the bytes of what is not seen in octal digits. */
function printfFormat(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('%', '%%').replace(unseen, octal)
}

function octal(character: string): string {
  return [...new TextEncoder().encode(character)]
    .map((byte) => `\\${byte.toString(8).padStart(3, '0')}`)
    .join('')
}
