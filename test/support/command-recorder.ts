import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A program that the daemon ran; `stdin` is null unless it was told to read its standard input (argument `-`). */
export interface RecordedCommand {
  readonly program: string
  readonly args: readonly string[]
  readonly stdin: string | null
}

const PROGRAMS = ['ovs-vsctl', 'ovs-ofctl', 'vtep-ctl', 'ovs-appctl', 'ovsdb-client', 'ovs-dpctl', 'ip']
const READ_ONLY = /^(probe$|dump-|list|show$|get$|find$|monitor|snoop$|br-|port-to-|iface-to-|version$|get-)/

/** A directory for the front of PATH whose programs note how they were called, then become the real ones. */
export interface CommandRecorder {
  readonly binDirectory: string
  /** All commands so far, in the order in which they had all that they were told: one may be started and wait for that. */
  commands(): Promise<readonly RecordedCommand[]>
  /** Those of them that can change anything; monitors, dumps and a bundle of nothing cannot. */
  changingCommands(): Promise<readonly RecordedCommand[]>
}

export async function createCommandRecorder(directory: string): Promise<CommandRecorder> {
  const binDirectory = join(directory, 'bin')
  const logDirectory = join(directory, 'commands')
  await mkdir(binDirectory)
  await mkdir(logDirectory)
  for (const program of PROGRAMS) {
    const path = join(binDirectory, program)
    await writeFile(path, wrapper(program, logDirectory, binDirectory))
    await chmod(path, 0o755)
  }
  const commands = async (): Promise<readonly RecordedCommand[]> => {
    const notes = (await readdir(logDirectory)).filter((name) => name.endsWith('.argv')).sort()
    return Promise.all(notes.map((note) => readNote(join(logDirectory, note))))
  }
  const changingCommands = async (): Promise<readonly RecordedCommand[]> =>
    (await commands()).filter(({ args, stdin }) => stdin !== '' && !parts(args).every(isReadOnly))
  return { binDirectory, commands, changingCommands }
}

/** What `--` separates: ovs-vsctl and vtep-ctl take several commands at once. */
function parts(args: readonly string[]): readonly (readonly string[])[] {
  const end = args.indexOf('--')
  return end === -1 ? [args] : [args.slice(0, end), ...parts(args.slice(end + 1))]
}

function isReadOnly(command: readonly string[]): boolean {
  return command.some((word) => READ_ONLY.test(word))
}

async function readNote(path: string): Promise<RecordedCommand> {
  const [program = '', ...args] = (await readFile(path, 'utf8')).split('\0').slice(0, -1)
  const stdin = args.includes('-') ? await readFile(path.replace('.argv', '.stdin'), 'utf8') : null
  return { program, args, stdin }
}

/** Renaming makes the note appear whole; the time in nanoseconds orders the notes. */
function wrapper(program: string, logDirectory: string, binDirectory: string): string {
  return `#!/bin/sh
PATH=\${PATH#${binDirectory}:}
input=${logDirectory}/$$.input
for arg; do [ "$arg" != - ] || reads_stdin=1; done
[ -z "$reads_stdin" ] || cat >"$input"
note=${logDirectory}/$(date +%s%N)-$$
[ -z "$reads_stdin" ] || mv "$input" "$note.stdin"
printf '%s\\0' ${program} "$@" >"$note.part"
mv "$note.part" "$note.argv"
[ -z "$reads_stdin" ] || exec ${program} "$@" <"$note.stdin"
exec ${program} "$@"
`
}
