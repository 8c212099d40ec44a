import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import type { Flow, FlowKey } from '../../../lib/model/flow.js'
import { isGroup, type Mac } from '../../../lib/model/mac.js'
import { inFlow, inMatch } from '../../../lib/pipeline/mentioned.js'
import { isGraded, mapKey, prioritiesIn, readFlow, rules } from '../../../lib/pipeline/rules.js'
import { claimRules } from '../../../lib/pipeline/rules/claims.js'
import { snoopedRules } from '../../../lib/pipeline/rules/routes.js'
import { formerRules } from '../../../lib/pipeline/rules/former.js'
import { unchanged } from '../../../lib/pipeline/values.js'
import { flowRedacted, keyRedacted } from '../../../lib/redact/flows.js'
import { Pseudonyms } from '../../../lib/redact/pseudonyms.js'
import { everyKind } from '../../support/every-kind.js'
import { ruleAndValues, unknownNames } from './arbitrary.js'

const runs = { numRuns: 1500 }

/** The rules that read a flow. */
function readers(flow: Flow): string[] {
  return rules.filter((rule) => rule.read(flow) !== null).map(({ name }) => name)
}

t.test('names of rules are different', (t) => {
  t.equal(new Set(rules.map(({ name }) => name)).size, rules.length)
  t.strictSame(unknownNames, [])
  t.end()
})

t.test('what a rule prints it reads again, and no other rule does', (t) => {
  fc.assert(
    fc.property(ruleAndValues, ([rule, values]) => {
      const flow = rule.print(values)
      t.strictSame(rule.read(flow), values, rule.name)
      t.strictSame(readers(flow), [rule.name])
      t.equal(rule.key(values), flow.key)
      t.ok(rule.hasKey(flow.key))
      return t.passing()
    }),
    runs,
  )
  t.end()
})

t.test('every kind of flow is read, and printed again is the same', (t) => {
  for (const flow of everyKind()) {
    t.equal(readers(flow).length, 1, flow.key)
    t.strictSame(readFlow(flow)?.map(unchanged), flow)
  }
  t.strictSame(
    new Set(everyKind().flatMap(readers)),
    new Set(rules.filter((rule) => !isMadeElsewhere(rule)).map(({ name }) => name)),
    'and these are all rules',
  )
  t.end()
})

/** By the switch itself, or by older programs. */
function isMadeElsewhere(rule: (typeof rules)[number]): boolean {
  const learned = ['learned MAC', 'note of a MAC', ...claimRules.map(({ name }) => name)]
  learned.push(...snoopedRules.map(({ name }) => name))
  return learned.includes(rule.name) || formerRules.some((former) => former.name === rule.name)
}

/** A rule's match may be another's too where only one of them can be meant. */
const exclusive: readonly (readonly [string, string, (key: FlowKey) => boolean])[] = [
  // a port is a tunnel port or one of the switch
  ['tunnel entrance', 'untagged entrance', () => true],
  // one piece derives what becomes of a MAC, and a unicast row for a group address goes before group rows
  ['remote MAC', 'group', (key) => [...inMatch(key).macs].every((mac) => isGroup(mac as Mac))],
]

function priorityIn(key: FlowKey): number {
  return Number(/priority=(\d+)/.exec(key)?.[1])
}

function areExclusive(one: string, other: string, key: FlowKey): boolean {
  return exclusive.some(
    ([a, b, isFor]) => ((a === one && b === other) || (a === other && b === one)) && isFor(key),
  )
}

t.test('no two rules print one match, whatever the priority: a flow monitor does not say that', (t) => {
  fc.assert(
    fc.property(ruleAndValues, ([rule, values]) => {
      const key = rule.key(values)
      const match = key.replace(/^table=\d+,priority=\d+/, '')
      for (const other of rules)
        for (const priority of isGraded(rule.table) ? [priorityIn(key)] : prioritiesIn(rule.table)) {
          const same = `table=${rule.table},priority=${priority}${match}`
          if (other !== rule && other.hasKey(same))
            t.ok(areExclusive(rule.name, other.name, key), `${rule.name} and ${other.name}: ${match}`)
        }
      return t.passing()
    }),
    runs,
  )
  t.end()
})

t.test('a flow that somebody changed is read by no rule', (t) => {
  fc.assert(
    fc.property(ruleAndValues, fc.constantFrom('actions', 'cookie', 'extras'), ([rule, values], part) => {
      const flow = rule.print(values)
      const changed = { ...flow, [part]: `${flow[part] ?? ''},output:9` }
      return rule.read(changed) === null && readFlow(changed) === null
    }),
    runs,
  )
  t.end()
})

const names = new Pseudonyms((text) => createHmac('sha256', 'secret').update(text).digest('hex'))

t.test('redacted, a flow is one of the same rule, and names nothing that it named', (t) => {
  fc.assert(
    fc.property(ruleAndValues, ([rule, values]) => {
      const flow = rule.print(values)
      const shown = flowRedacted(names, flow)
      t.strictSame(readers(shown), [rule.name], `${rule.name}: ${flow.actions} ${shown.actions}`)
      t.equal(keyRedacted(names, flow.key), shown.key)
      t.strictSame(flowRedacted(names, flow), shown)
      const [real, pseudonyms] = [inFlow(flow), inFlow(shown)]
      for (const kind of ['switches', 'macs', 'vteps'] as const)
        for (const value of real[kind])
          if (value !== 'ff:ff:ff:ff:ff:ff' && value !== '00:00:00:00:00:00')
            t.notOk(pseudonyms[kind].has(value), value)
      for (const kind of ['vnis', 'ports', 'bindings'] as const)
        t.strictSame(pseudonyms[kind], real[kind], kind)
      return t.passing()
    }),
    runs,
  )
  t.end()
})

t.test('a key with unchanged values is the key', (t) => {
  fc.assert(
    fc.property(ruleAndValues, ([rule, values]) => mapKey(rule.key(values), unchanged) === rule.key(values)),
    runs,
  )
  t.end()
})
