import type { Core } from '../../daemon/core.js'
import { describe } from '../../words/describe.js'
import { type Collection, entriesOf, sizeOf, none } from '../../model/collection.js'
import type { Entry } from '../../model/event.js'
import { addLine, type Flow } from '../../model/flow.js'
import { parseMac } from '../../model/mac.js'
import type { Problem } from '../../model/problem.js'
import { statusOf } from '../../words/status.js'
import { pictureOf } from '../../screens/picture.js'
import type { ComparisonPredicate, CountPredicate, Predicate, StateWord, Thing } from './predicate.js'

/** Whether it is so; `entry` null: there is none, so no text is in it. `core` gives what the entry leads to. */
export function holds(predicate: Predicate, entry: Entry | null, core: () => Core): boolean {
  switch (predicate.kind) {
    case 'and':
      return predicate.of.every((one) => holds(one, entry, core))
    case 'or':
      return predicate.of.some((one) => holds(one, entry, core))
    case 'not':
      return !holds(predicate.of, entry, core)
    case 'text':
      return entry !== null && textOf(entry).includes(predicate.text)
    case 'state':
      return stateHolds[predicate.word](core())
    case 'thing':
      return thingHolds[predicate.thing](core(), predicate.text)
    case 'count':
      return compared[predicate.compare](counted[predicate.count](core()), predicate.number)
  }
}

function textOf(entry: Entry): string {
  return `${describe(entry)} ${JSON.stringify(entry.event)}`.toLowerCase()
}

const stateHolds: Readonly<Record<StateWord, (core: Core) => boolean>> = {
  'in-sync': (core) => core.isInSync() && core.state.quarantined.length === 0,
  problem: (core) => problemsOf(core).length > 0,
  fault: (core) => problemsOf(core).some(({ fault }) => fault !== null),
  quarantined: (core) => core.state.quarantined.length > 0,
  drifted: (core) => core.state.drift !== null,
}

const thingHolds: Readonly<Record<Thing, (core: Core, text: string) => boolean>> = {
  flow: ({ state }, text) => hasFlow(state.flows, text),
  desired: (core, text) => hasFlow(core.derived()?.desired.flows ?? null, text),
  row: ({ state }, text) =>
    Object.entries<Collection<object>>({ ...state.vtep, ...state.ovs }).some(([table, rows]) =>
      some(entriesOf(rows), ([uuid, row]) => `${table} ${uuid} ${JSON.stringify(row)}`.includes(text)),
    ),
  mac: hasMac,
  port: (core, text) => pictureOf(core).ports.some(({ name }) => name === text),
  switch: (core, text) => pictureOf(core).logicalSwitches.some(({ name }) => name === text),
  tunnel: (core, text) => pictureOf(core).tunnels.some(({ remote }) => remote === text),
  problem: (core, text) =>
    problemsOf(core).some(({ table, uuid, reason }) => `${table} ${uuid}: ${reason}`.includes(text)),
  fault: (core, text) => problemsOf(core).some(({ fault }) => fault === text),
}

const counted: Readonly<Record<CountPredicate, (core: Core) => number>> = {
  flows: ({ state }) => sizeOf(state.flows ?? none),
  desired: (core) => sizeOf(core.derived()?.desired.flows ?? none),
  foreign: ({ state }) => state.foreign.length,
  macs: ({ state }) => sizeOf(state.vtep?.Ucast_Macs_Remote ?? none),
  learned: ({ state }) => sizeOf(state.learned ?? none),
  ports: (core) => pictureOf(core).ports.length,
  switches: ({ state }) => sizeOf(state.vtep?.Logical_Switch ?? none),
  tunnels: (core) => pictureOf(core).tunnels.length,
  problems: (core) => problemsOf(core).length,
  quarantined: ({ state }) => state.quarantined.length,
}

const compared: Readonly<Record<ComparisonPredicate, (a: number, b: number) => boolean>> = {
  '>': (a, b) => a > b,
  '<': (a, b) => a < b,
  '>=': (a, b) => a >= b,
  '<=': (a, b) => a <= b,
  '=': (a, b) => a === b,
  '!=': (a, b) => a !== b,
}

const noJournal = { file: '', trouble: null, held: 0, lost: 0, kept: [] }

function problemsOf(core: Core): readonly Problem[] {
  return statusOf(core, noJournal).problems
}

function hasFlow(flows: Collection<Flow> | null, text: string): boolean {
  return some(entriesOf(flows ?? none), ([, flow]) => addLine(flow).includes(text))
}

function hasMac(core: Core, text: string): boolean {
  const [name = '', where] = text.split('@')
  const wanted = parseMac(name) ?? name
  return pictureOf(core).logicalSwitches.some(
    ({ local, remote }) =>
      local.some(({ mac, port }) => mac === wanted && (where === undefined || where === port)) ||
      remote.some(
        ({ mac, at }) => (parseMac(mac) ?? mac) === wanted && (where === undefined || at.includes(where)),
      ),
  )
}

function some<T>(all: Iterable<T>, is: (one: T) => boolean): boolean {
  for (const one of all) if (is(one)) return true
  return false
}
