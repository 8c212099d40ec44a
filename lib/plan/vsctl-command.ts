/** An ovs-vsctl command, or several that belong together, with `--` between them. */
export type VsctlCommand = readonly string[]

/** The kernel takes 128 KiB in one argument, and in all of them with the environment a quarter of the stack, 2 MiB mostly. */
const mostCharacters = 64 * 1024

/** The first of `commands`, one at least: as many as one process can be given. */
export function fitting(commands: readonly VsctlCommand[]): readonly VsctlCommand[] {
  let room = mostCharacters
  const tooMany = commands.findIndex((command) => (room -= command.join(' ').length + 4) < 0)
  return tooMany < 0 ? commands : commands.slice(0, Math.max(tooMany, 1))
}

/** All of `commands`, in parts that one process each can be given. */
export function* inFittingParts(commands: readonly VsctlCommand[]): Generator<readonly VsctlCommand[]> {
  for (let left = commands; left.length > 0;) {
    const part = fitting(left)
    yield part
    left = left.slice(part.length)
  }
}

/**
 * The words of one transaction. Bridges and ports are added first: with each `set` ovs-vsctl forgets what it knows of all ports,
 * and the next `add-port` reads them again, which takes a large bridge seconds.
 */
export function transactionWords(commands: readonly VsctlCommand[]): readonly string[] {
  const single = commands.flatMap(singleCommands)
  const [added, others] = [single.filter(isAddition), single.filter((command) => !isAddition(command))]
  return [...added, ...others].flatMap((command) => ['--', ...command])
}

function isAddition(command: VsctlCommand): boolean {
  return command.find((word) => !word.startsWith('--'))?.startsWith('add-') === true
}

function singleCommands(command: VsctlCommand): readonly VsctlCommand[] {
  const parts: string[][] = [[]]
  for (const word of command)
    if (word === '--') parts.push([])
    else parts.at(-1)?.push(word)
  return parts
}
