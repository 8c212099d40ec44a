import type { Flow } from '../../model/flow.js'
import { cookieOf, metadataOf } from '../../model/identity.js'
import type { Mac } from '../../model/mac.js'
import type { Uuid } from '../../model/uuid.js'
import { oneOf } from '../form.js'
import { locatorsOfRow, rowOwn, rule } from '../rule.js'
import { table } from '../tables.js'
import type { Target } from '../target.js'
import { text } from '../text.js'
import { mac, metadata } from '../values.js'
import { toTarget } from './remote-mac.js'

/** Answers to another VTEP that asked for neighbours of a router go to that VTEP. */
export const arpSource = rule({
  name: 'answers to another VTEP',
  table: table.remote,
  priority: 175,
  match: text`${{
    kind: oneOf([
      ['arp', 'ARP'],
      ['icmp6', 'ND'],
    ]),
  }},metadata=${{ metadata }},dl_dst=${{ mac }}`,
  actions: text`${{ target: toTarget }}`,
  cookie: rowOwn,
  says: (args, names) =>
    `${args.kind} answers to ${args.mac} in ${names.logicalSwitch(args.metadata)} go to VTEP ${args.target.address}, which asked`,
  rows: locatorsOfRow,
})

/** `row`: the Arp_Sources_Remote row that says so. */
export function arpSourceFlows(logicalSwitch: Uuid, source: Mac, target: Target, row: Uuid): Flow[] {
  const args = { metadata: metadataOf(logicalSwitch), mac: source, target, cookie: cookieOf(row) }
  return (['ARP', 'ND'] as const).map((kind) => arpSource.print({ ...args, kind }))
}
