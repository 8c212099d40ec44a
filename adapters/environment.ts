import { rundir } from './paths.js'

/** What a program's environment is made of. */
export type Environment = Readonly<Record<string, string>>

/** Variables that are for us, and would make another program do what we don't expect. */
const withheld: ReadonlySet<string> = new Set([
  // ends a program of Open vSwitch's after so many seconds, also one that waits or runs for ever; the limits are ours to set
  'OVS_CTL_TIMEOUT',
  // who has these speaks to the service manager in our name
  'NOTIFY_SOCKET',
  'WATCHDOG_PID',
  'WATCHDOG_USEC',
  // a debugger or module that the user wants in our process, not in a helper of ours
  'NODE_OPTIONS',
])

/**
 * The environment of each program that we start and whose words we read, whatever ours says. `more` goes before
 * everything. PATH, the libraries' and Open vSwitch's other variables pass: they say which programs and whose switch.
 */
export function programEnvironment(more: Environment = {}): Environment {
  const passed = Object.entries(userEnvironment()).filter(([name]) => !withheld.has(name))
  // Open vSwitch built with another prefix would look for sockets elsewhere than we do; messages are read in English
  return { ...Object.fromEntries(passed), OVS_RUNDIR: rundir(), LC_ALL: 'C', ...more }
}

/** The environment of what runs for the user, or is ourselves once more: as we were given it. */
export function userEnvironment(more: Environment = {}): Environment {
  const own = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  )
  return { ...Object.fromEntries(own), ...more }
}
