import type { Flow, FlowKey } from '../model/flow.js'
import { tableOf } from '../model/flow.js'
import type { Uuid } from '../model/uuid.js'
import type { FlowNames, FlowRows, Rule } from './rule.js'
import { aclRules } from './rules/acl.js'
import { taggedEntrance, untaggedEntrance } from './rules/entrance.js'
import { bindingExit, noReturn } from './rules/exit.js'
import { fixedRules, neverBack, nextRules } from './rules/fixed.js'
import { flood, floodLink, group, groupLink } from './rules/flood.js'
import { learnedMac, learning } from './rules/learning.js'
import { answerRules } from './rules/answers.js'
import { askingRules } from './rules/asking.js'
import { claimingRules, claimRules } from './rules/claims.js'
import { formerRules } from './rules/former.js'
import { arpSource } from './rules/arp-source.js'
import { routeRules, snoopedRules } from './rules/routes.js'
import { routerRules } from './rules/router.js'
import { routingRules } from './rules/routing.js'
import { remoteMac } from './rules/remote-mac.js'
import { secondLookRules } from './rules/second-look.js'
import { heard, sourceRules } from './rules/source.js'
import { furtherTunnelExit, tunnelEntrance, tunnelExit } from './rules/tunnel.js'
import { anySender, pair } from './rules/sender.js'
import type { Values } from './value-map.js'

/** Every kind of flow of ours. Of one table those with most flows come first: they are asked first. */
export const rules: readonly Rule<object>[] = [
  remoteMac,
  learnedMac,
  learning,
  bindingExit,
  noReturn,
  untaggedEntrance,
  taggedEntrance,
  tunnelEntrance,
  pair,
  anySender,
  flood,
  group,
  floodLink,
  groupLink,
  tunnelExit,
  furtherTunnelExit,
  neverBack,
  ...fixedRules,
  ...nextRules,
  ...secondLookRules,
  ...sourceRules,
  heard,
  ...Object.values(aclRules.ingress),
  ...Object.values(aclRules.egress),
  ...answerRules,
  ...claimRules,
  ...claimingRules,
  ...askingRules,
  ...routerRules,
  ...routeRules,
  ...snoopedRules,
  ...routingRules,
  arpSource,
  ...formerRules,
]

const byTable = new Map<number, Rule<object>[]>()
for (const rule of rules) byTable.set(rule.table, [...(byTable.get(rule.table) ?? []), rule])

function rulesAt(key: FlowKey): readonly Rule<object>[] {
  return byTable.get(tableOf(key)) ?? []
}

/** The priorities that flows of ours have in each table, those of most flows first. */
const prioritiesByTable = new Map(
  [...byTable].map(([table, all]) => [table, [...new Set(all.flatMap(({ priorities }) => priorities))]]),
)

export function prioritiesIn(table: number): readonly number[] {
  return prioritiesByTable.get(table) ?? []
}

const graded = new Set(rules.filter(({ priorities }) => priorities.length === 0).map(({ table }) => table))

/** Whether each flow in a table has a priority of its own. */
export function isGraded(table: number): boolean {
  return graded.has(table)
}

/** A flow, and the rule it is of. */
export class Reading {
  readonly rule: Rule<object>
  readonly #args: object

  constructor(rule: Rule<object>, args: object) {
    this.rule = rule
    this.#args = args
  }

  says(names: FlowNames): string {
    return this.rule.says(this.#args, names)
  }

  rows(rows: FlowRows): readonly Uuid[] {
    return this.rule.rows(this.#args, rows)
  }

  /** The flow with each of its values replaced. */
  map(values: Values): Flow {
    return this.rule.print(this.rule.map(this.#args, values))
  }
}

/** Null: no rule makes such a flow. It is another's, or was ours and somebody changed it. */
export function readFlow(flow: Flow): Reading | null {
  for (const rule of rulesAt(flow.key)) {
    const args = rule.read(flow)
    if (args !== null) return new Reading(rule, args)
  }
  return null
}

/** A key with each of its values replaced. Null: no flow of ours has such a key. */
export function mapKey(key: FlowKey, values: Values): FlowKey | null {
  for (const rule of rulesAt(key)) {
    const match = rule.readKey(key)
    if (match !== null) return rule.key(rule.mapMatch(match, values))
  }
  return null
}
