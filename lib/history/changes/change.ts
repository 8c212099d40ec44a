/** Kinds of changes, those that a person looks for first before the others. */
export const changeKinds = [
  'faults',
  'drift',
  'failures',
  'outages',
  'gaps',
  'moved',
  'macs',
  'learned',
  'bindings',
  'switches',
  'tunnels',
  'ports',
  'reports',
  'flows',
  'restarts',
] as const
export type ChangeKind = (typeof changeKinds)[number]

/** What each kind is called in a list, and what it holds. */
export const kindWords: Readonly<Record<ChangeKind, { readonly name: string; readonly means: string }>> = {
  faults: { name: 'faults', means: 'a fault of vtep(5) was raised or cleared' },
  drift: { name: 'drift', means: 'somebody else changed our flows' },
  failures: { name: 'failures', means: 'a command failed, was refused or was undone again and again' },
  outages: { name: 'outages', means: 'a connection was lost, or a tunnel went down' },
  gaps: { name: 'gaps', means: 'the journal could not be written, so entries are lost' },
  moved: { name: 'moved MACs', means: 'a MAC that was known is somewhere else now' },
  macs: { name: 'remote MACs', means: 'the controller placed or removed MACs' },
  learned: { name: 'learned MACs', means: 'stations were heard at a port, or forgotten' },
  bindings: { name: 'bindings', means: 'a VLAN of a port was bound to a logical switch, or unbound' },
  switches: { name: 'logical switches', means: 'one came, went or changed its VNI' },
  tunnels: { name: 'tunnels', means: 'remote VTEPs, their tunnels and BFD; our own tunnel IPs' },
  ports: { name: 'ports and bridges', means: 'of Open vSwitch' },
  reports: { name: 'reports', means: 'what we wrote back to the database' },
  flows: { name: 'flows', means: 'the flow tables were read, or flows planned without a recorded cause' },
  restarts: { name: 'starts and stops', means: 'of ovs-vtep' },
}

/** Who made it so, as far as a journal can tell. */
export type ChangeWriter = 'controller' | 'us' | 'someone' | 'Open vSwitch' | 'station'

export const writerWords: Readonly<Record<ChangeWriter, string>> = {
  controller: 'the controller',
  us: 'ovs-vtep itself',
  someone: 'somebody at the switch',
  'Open vSwitch': 'Open vSwitch',
  station: 'a station',
}

/** A plan that a change led to, and what came of it. */
export interface ChangePlan {
  readonly seq: number
  readonly lane: 'switch' | 'vtep'
  /** Of the change, not of all that one command made. */
  readonly added: number
  readonly removed: number
  /** The entry that says how it ended; null: not yet, or nobody knows. */
  readonly outcome: number | null
  readonly tookMs: number | null
  /** Why it failed; null: it did not. */
  readonly failure: string | null
}

/** Cause, plan and outcome of one thing. */
export interface HistoryChange {
  /** The entry that began it, and the last that belongs to it. */
  readonly seq: number
  readonly last: number
  readonly atMs: number
  /** The most important first. */
  readonly kinds: readonly ChangeKind[]
  /** One sentence or several, in names. */
  readonly text: string
  readonly writer: ChangeWriter | null
  readonly plans: readonly ChangePlan[]
  /** Words that name what it is about: MACs, addresses, names. */
  readonly about: readonly string[]
}

/** What a change came to, in a few words; empty: nothing was to be done. */
export function outcomeText({ plans }: Pick<HistoryChange, 'plans'>): string {
  if (plans.length === 0) return ''
  const flows = plans.reduce((sum, { added, removed }) => sum + added + removed, 0)
  const failed = plans.filter(({ failure }) => failure !== null)
  const ofSwitch = plans.filter(({ lane }) => lane === 'switch')
  const timed = ofSwitch.length > 0 ? ofSwitch : plans
  const tookMs = timed.reduce((sum, plan) => sum + (plan.tookMs ?? 0), 0)
  const isOpen = plans.some(({ outcome }) => outcome === null)
  return [
    ...(flows > 0 ? [`${flows} ${flows === 1 ? 'flow' : 'flows'}`] : []),
    ...(failed.length > 0 ? [`failed: ${failed[0]?.failure ?? ''}`] : []),
    isOpen ? 'not finished' : `${tookMs} ms`,
  ].join(' · ')
}
