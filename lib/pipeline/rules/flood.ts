import { unknownDestination } from '../../model/mac.js'
import { around, flag } from '../form.js'
import { copiesAndNext, destinations } from '../copies.js'
import { type FlowRows, rowOwn, rule } from '../rule.js'
import { table } from '../tables.js'
import { text } from '../text.js'
import { groupMac, hexCount, metadata } from '../values.js'

/** Frames from the tunnel have a flow of their own, for they are copied to bindings only (split horizon). */
const isFromTunnel = flag('reg0=0,')
const link = around('reg3=', hexCount, ',')

function priority(base: number) {
  const fromTunnel = base + 20
  return {
    all: [base, fromTunnel],
    of: (match: { readonly isFromTunnel: boolean }) => (match.isFromTunnel ? fromTunnel : base),
  }
}

const words = (args: { readonly isFromTunnel: boolean }) => (args.isFromTunnel ? ', from the tunnel,' : '')
const further = ' (a further part of the copies)'

function floodRows({ metadata }: { readonly metadata: string }, rows: FlowRows) {
  const groups = rows.groups(metadata, null)
  return [...groups.flatMap((row) => [row, ...rows.locatorsOf(row)]), ...rows.portsOf(metadata)]
}

/** Where frames go whose destination is in no other row. */
export const flood = rule({
  name: 'flood',
  table: table.flood,
  priority: priority(100),
  match: text`${{ isFromTunnel }}metadata=${{ metadata }}`,
  actions: copiesAndNext,
  cookie: rowOwn,
  says: (args, names) =>
    `frames${words(args)} to ${unknownDestination} in ${names.logicalSwitch(args.metadata)} go ${destinations(args.copies, names)}`,
  rows: floodRows,
})

/** Each link of a long flood but the first. */
export const floodLink = rule({
  name: 'flood link',
  table: table.flood,
  priority: priority(110),
  match: text`${{ isFromTunnel }}${{ link }}metadata=${{ metadata }}`,
  actions: copiesAndNext,
  cookie: rowOwn,
  says: (args, names) => flood.says(args, names) + further,
  rows: floodRows,
})

interface OfGroup {
  readonly metadata: string
  readonly mac: Parameters<FlowRows['groups']>[1]
}

function groupRows({ metadata, mac }: OfGroup, rows: FlowRows) {
  const groups = rows.groups(metadata, mac)
  return [...groups.flatMap((row) => [row, ...rows.locatorsOf(row)]), ...rows.portsOf(metadata)]
}

/** Where frames to a group address go. */
export const group = rule({
  name: 'group',
  table: table.remote,
  priority: priority(140),
  match: text`${{ isFromTunnel }}metadata=${{ metadata }},dl_dst=${{ mac: groupMac }}`,
  actions: copiesAndNext,
  cookie: rowOwn,
  says: (args, names) =>
    `frames${words(args)} go to ${args.mac} in ${names.logicalSwitch(args.metadata)} ${destinations(args.copies, names)}`,
  rows: groupRows,
})

export const groupLink = rule({
  name: 'group link',
  table: table.flood,
  priority: priority(150),
  match: text`${{ isFromTunnel }}${{ link }}metadata=${{ metadata }},dl_dst=${{ mac: groupMac }}`,
  actions: copiesAndNext,
  cookie: rowOwn,
  says: (args, names) => group.says(args, names) + further,
  rows: groupRows,
})
