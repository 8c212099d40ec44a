import type { FlowKey } from '../model/flow.js'
import { aclAsked } from './acl-values.js'
import { aclRules } from './rules/acl.js'
import { table } from './tables.js'

const start = 'acl/'
const starts = [table.ingressAcl, table.egressAcl].map((number) => `table=${number},`)
const asked = new RegExp(`,(${aclAsked.source})(?:,|$)`)

/** Stands for all flows of an ACL; `digits` as in `aclDigits`. */
export function aclUnit(digits: string): string {
  return `${start}${digits}`
}

/** The digits of the ACL that a unit is; undefined: it is none. */
export function aclInUnit(unit: string): string | undefined {
  return unit.startsWith(start) ? unit.slice(start.length) : undefined
}

/** What a change is made with, as a whole or not at all: of a flow of an ACL all flows of that; of any other, itself. */
export function unitOf(key: FlowKey): string {
  if (!starts.some((one) => key.startsWith(one))) return key
  const digits = aclAsked.read(asked.exec(key)?.[1] ?? '')
  return digits === null ? key : aclUnit(digits)
}

/** The binding whose frames an ACL is asked for by a flow; undefined: it is no such flow. */
export function steeredBy(key: FlowKey): number | undefined {
  const { ingress, egress } = aclRules
  return (ingress.steer.readKey(key) ?? egress.steer.readKey(key))?.binding
}
