import { changesBetween } from '../../model/diff.js'
import { differingRows } from '../../reduce/differing-rows.js'
import { type Collection, none } from '../../model/collection.js'
import { byTable, type Flow, flowText, isSameFlow } from '../../model/flow.js'
import type { State } from '../../model/state.js'
import { oneLine } from '../../words/one-line.js'
import { meaningOf } from '../../history/meaning.js'
import { Names } from '../../words/names.js'
import type { DifferenceView, FlowDifferenceView } from './api.js'
import { First } from './first.js'
import { rowViewOf } from './rows-view.js'

const mostShown = 200

/** A moment as far as it is compared. */
export interface DifferenceSide {
  readonly state: State
  readonly desired: Collection<Flow> | null
}

/** What differs between two moments: rows column by column, flows with what they mean. */
export function differenceView(a: DifferenceSide, b: DifferenceSide): DifferenceView {
  const rows = [...differingRows({ ...a.state.vtep, ...a.state.ovs }, { ...b.state.vtep, ...b.state.ovs })]
  const [was, is] = [new Names(a.state), new Names(b.state)]
  const desired = flowsDiffering(a.desired, b.desired, was, is)
  const installed = flowsDiffering(a.state.flows, b.state.flows, was, is)
  return {
    rows: rows.slice(0, mostShown).map(({ table, uuid, before, after }) => {
      const isThere = after !== null
      const names = isThere ? is : was
      return rowViewOf({ table, uuid, name: names.of(uuid), before, after }, was, is)
    }),
    desired: desired.list(),
    installed: installed.list(),
    counts: [rows.length, desired.total, installed.total],
  }
}

function flowsDiffering(
  before: Collection<Flow> | null,
  after: Collection<Flow> | null,
  was: Names,
  is: Names,
): First<FlowDifferenceView> {
  const first = new First<FlowDifferenceView>(mostShown, (a, b) => byTable(a.key, b.key))
  for (const { key, actual, desired } of changesBetween(after ?? none, before ?? none, isSameFlow))
    first.add({
      key,
      words: oneLine(desired === undefined ? wordsOf(actual, was) : wordsOf(desired, is)),
      wordsBefore: actual === undefined || desired === undefined ? null : oneLine(wordsOf(actual, was)),
      before: actual === undefined ? null : oneLine(flowText(actual)),
      after: desired === undefined ? null : oneLine(flowText(desired)),
    })
  return first
}

function wordsOf(flow: Flow | undefined, names: Names): string {
  return flow === undefined ? '' : meaningOf(flow, names).words
}
