import type { Daemon, Program } from '../support/daemon.js'
import type { Random } from '../support/differential/random.js'
import type { Sandbox } from '../support/sandbox.js'

/** A switch under a long load, and the daemon that has it now. */
export interface Subject {
  readonly sandbox: Sandbox
  /** Builds of the daemon: the one at work is `programs[0]`, an upgrade turns the list. */
  programs: readonly Program[]
  daemon: Daemon
  startedMs: number
  readonly start: (program: Program) => Promise<Daemon>
}

interface Strike {
  readonly name: string
  /** How often it comes among the others. */
  readonly weight: number
  readonly hit: (subject: Subject, random: Random) => Promise<void>
}

/** What happens to a switch in its life, other than what its controller writes. */
const strikes: readonly Strike[] = [
  {
    name: 'a flow deleted by hand',
    weight: 8,
    hit: async ({ sandbox }, random) => {
      const tables = [0, 1, 20, 22, 40]
      await sandbox.ofctl('del-flows', 'br0', `table=${random.pick(tables)}`)
    },
  },
  {
    name: 'a flow bent by hand',
    weight: 4,
    hit: async ({ sandbox }, random) => {
      await sandbox.ofctl('mod-flows', 'br0', `table=${random.pick([20, 22, 40])},actions=drop`)
    },
  },
  {
    name: 'our tunnel port deleted',
    weight: 2,
    hit: async ({ sandbox }) => {
      const names = await sandbox.vsctl('--bare', '--columns=name', 'find', 'Interface', 'type=vxlan')
      const [name] = names.split('\n').filter((each) => each !== '')
      if (name !== undefined) await sandbox.vsctl('--if-exists', 'del-port', name)
    },
  },
  {
    name: "our tunnel port's mark lost",
    weight: 2,
    hit: async ({ sandbox }) => {
      const names = await sandbox.vsctl('--bare', '--columns=name', 'find', 'Interface', 'type=vxlan')
      const [name] = names.split('\n').filter((each) => each !== '')
      if (name !== undefined) await sandbox.vsctl('clear', 'Port', name, 'external_ids')
    },
  },
  { name: 'ovsdb-server killed', weight: 2, hit: ({ sandbox }) => sandbox.restartServer() },
  { name: 'ovs-vswitchd killed', weight: 2, hit: ({ sandbox }) => sandbox.restartSwitch() },
  {
    name: 'the daemon killed',
    weight: 1,
    hit: async (subject) => {
      await subject.daemon.kill()
      await begin(subject)
    },
  },
  {
    name: 'the daemon upgraded',
    weight: 1,
    hit: async (subject) => {
      await subject.daemon.stop()
      const [now, ...others] = subject.programs
      if (now !== undefined) subject.programs = [...others, now]
      await begin(subject)
    },
  },
]

async function begin(subject: Subject): Promise<void> {
  const [program] = subject.programs
  if (program === undefined) throw new Error('no program to start')
  subject.daemon = await subject.start(program)
  subject.startedMs = performance.now()
}

/** One of them by chance; gives its name. Resolves when it has happened, not when it is mended. */
export async function strike(subject: Subject, random: Random): Promise<string> {
  const chosen = random.pick(strikes.flatMap((each) => Array<Strike>(each.weight).fill(each)))
  await chosen.hit(subject, random)
  return chosen.name
}
