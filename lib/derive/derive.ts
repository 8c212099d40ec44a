import { type Collection, entriesOf, none } from '../model/collection.js'
import { noLimits } from '../model/limits.js'
import type { ReportedRows } from '../model/report.js'
import type { State } from '../model/state.js'
import { Admission } from './admission.js'
import { Board, type Desired, type PieceChange } from './board.js'
import { BoundAs } from './bound-as.js'
import { Claims } from './claims.js'
import { Crowds, metadataIn } from './crowds.js'
import { Groups } from './groups.js'
import { Indexes } from './indexes.js'
import type { MacEntry } from './macs.js'
import { type Demands, nothing } from './output.js'
import { pieceKinds } from './pieces/kinds.js'
import { RefusedPiece, stillRefused } from './pieces/refused.js'
import type { Sight } from './pieces/sight.js'
import { ReportedIndex } from './reported-rows.js'
import { refusalsIn } from './refusals.js'
import type { Scope } from './scope.js'
import { sharesOf } from './shares.js'
import { StaleParts } from './stale-parts.js'
import { isFundamental, SightTurn, type SightTurnBegin } from './turn.js'
import { Uses } from './uses.js'
import { bindingsByPort } from './view/bindings.js'
import { Ends } from './view/ends.js'
import { type View, Views } from './view/view.js'
import { assignVnis } from './vnis.js'

/** What is asked for and what of it the database already says; both share with what was before all that stayed. */
export interface Derived {
  readonly view: View
  readonly desired: Desired
  readonly reported: Collection<ReportedRows>
}

/**
 * Derives a state's desired flows and reports, first as a whole and then only where a scope says that
 * something changed. Law: the result is what a new derivation of the same state gives.
 */
export class Derivation {
  #state: State
  readonly #views: Views
  #sight: Sight
  readonly #kinds = pieceKinds.map((begin) => begin())
  readonly #board = new Board()
  #reported: ReportedIndex
  readonly #refusedPiece = new RefusedPiece()
  #refused: Demands = nothing

  /** Null while one of the databases is not known. */
  static of(state: State): Derivation | null {
    const views = new Views()
    const view = views.of(state)
    return view === null ? null : new Derivation(state, views, view)
  }

  private constructor(state: State, views: Views, view: View) {
    this.#state = state
    this.#views = views
    this.#sight = sightOf(state, view)
    const { tables, uses, indexes, admission } = this.#sight
    this.#reported = new ReportedIndex(tables, view)
    uses.changed(indexes.locatorsAt.keys(), this.#sight)
    admission.begin(this.#sight)
    for (const kind of this.#kinds) kind.all(this.#sight)
    this.#deriveMarked()
    this.#deriveRefused()
  }

  get derived(): Derived {
    return { view: this.#sight.view, desired: this.#board.desired, reported: this.#reported.rows }
  }

  /** The derivation of `state`, where `scope` is all that differs from the state before. */
  advance(state: State, scope: Scope): Derivation | null {
    const [before, after] = [this.#state.vtep, state.vtep]
    if (scope.isEverything || before === null || after === null) return Derivation.of(state)
    const old = this.#sight
    const parts = new StaleParts()
    const rowsOf = this.#followRows(scope.rows, before, after, parts)
    const isViewStale = parts.view || scope.isOvsTouched
    const view = isViewStale ? this.#views.of(state) : old.view
    if (view === null || isFundamental(old.view, view)) return Derivation.of(state)
    const was = this.#state
    this.#state = state
    const learning = followLearning(old, scope)
    const refusals = state.quarantined === was.quarantined ? old.refusals : refusalsIn(state.quarantined)
    const sight = { ...nextSight(old, state, view, parts.vnis), refusals }
    this.#sight = sight
    const turn = new SightTurn({ old, sight, isViewStale, areVnisStale: parts.vnis, rowsOf, ...learning })
    for (const kind of this.#kinds) kind.turn(turn)
    this.#deriveMarked()
    this.#reported.advance(scope.rows, after, view, view !== old.view)
    this.#deriveRefused()
    return this
  }

  /** What changed rows touch, by what the rows said before and by what they say after; the indexes go along. Gives MACs whose rows changed. */
  #followRows(
    changes: Scope['rows'],
    before: Sight['tables'],
    after: Sight['tables'],
    parts: StaleParts,
  ): ReadonlySet<MacEntry> {
    const { indexes } = this.#sight
    const followed = [parts, ...this.#kinds]
    const rowsOf = new Set<MacEntry>()
    for (const change of changes) for (const one of followed) one.row(change, { tables: before, indexes })
    for (const change of changes) indexes.note(change, rowsOf)
    for (const change of changes)
      // hangs on no index, and of other rows only on such as are followed themselves where they differ
      if (change.table !== 'Ucast_Macs_Remote')
        for (const one of followed) one.row(change, { tables: after, indexes })
    return rowsOf
  }

  /** All at once, for one piece may give up what another asks for from now on. */
  #deriveMarked(): void {
    const changes: PieceChange[] = []
    for (const kind of this.#kinds) kind.derive(this.#sight, this.#board, changes)
    this.#replace(changes)
    for (const kind of this.#kinds) kind.settle(this.#sight)
  }

  #replace(changes: readonly PieceChange[]): void {
    if (changes.length > 0) this.#board.replace(changes, this.#sight.view.physicalSwitch?.uuid ?? null)
  }

  /** After all others: whether something is still refused depends on whether it is still desired. */
  #deriveRefused(): void {
    const { quarantined } = this.#state
    if (quarantined.length === 0 && this.#refused === nothing) return
    const { tables, view } = this.#sight
    const physicalSwitch = view.physicalSwitch?.uuid ?? null
    const refused = stillRefused(this.#state, this.#board.desired, this.#reported.rows)
    const output =
      refused.length === 0
        ? nothing
        : this.#refusedPiece.output(
            refused.filter(({ isContested }) => isContested !== true),
            tables,
            physicalSwitch,
          )
    if (JSON.stringify(output) === JSON.stringify(this.#refused)) return
    this.#refused = output
    this.#replace([{ place: this.#board.place('refused'), is: output }])
  }
}

/** What there is to look at, from nothing. */
function sightOf(state: State, view: View): Sight {
  const { settings, vtep: tables } = state
  if (settings === null || tables === null) throw new Error('a view without databases')
  const indexes = new Indexes(tables)
  const learned = state.learned ?? none
  const claims = state.claims ?? none
  const limits = settings.limits ?? noLimits
  const sight: Sight = {
    settings,
    tables,
    seen: state.seen,
    learned,
    learnedOf: new Groups(),
    claims,
    claimsOf: new Claims(),
    view,
    bindingsAt: bindingsByPort(view.bindings),
    boundAs: new BoundAs(view.bindings),
    vnis: assignVnis(view, tables, indexes),
    ends: new Ends(tables, view),
    keyOwners: new Map(),
    indexes,
    uses: new Uses(),
    admission: new Admission(limits),
    shareOf: sharesOf(limits, view),
    crowds: new Crowds(limits),
    refusals: refusalsIn(state.quarantined),
  }
  for (const [key, number] of entriesOf(learned)) {
    sight.learnedOf.add(metadataIn(key), key)
    sight.crowds.note(key, undefined, number)
  }
  for (const [key, claim] of entriesOf(claims)) sight.claimsOf.note(key, undefined, claim)
  return sight
}

/** Its parts that did not change are the same as before. */
function nextSight(old: Sight, state: State, view: View, areVnisStale: boolean): Sight {
  const tables = state.vtep ?? old.tables
  const { settings, indexes } = old
  const areBindingsStale = old.view.bindings !== view.bindings
  const same = {
    ...old,
    tables,
    seen: state.seen,
    learned: state.learned ?? none,
    claims: state.claims ?? none,
    view,
    ends: old.ends.of(tables, view),
  }
  if (!areBindingsStale && !areVnisStale) return same
  const numbered = { ...same, vnis: assignVnis(view, tables, indexes) }
  if (!areBindingsStale) return numbered
  return {
    ...numbered,
    bindingsAt: bindingsByPort(view.bindings),
    boundAs: new BoundAs(view.bindings),
    shareOf: sharesOf(settings.limits ?? noLimits, view),
  }
}

/** What is learned, and what stations claim: into the indexes of them, which go along. */
function followLearning(
  { learnedOf, crowds, claimsOf }: Sight,
  scope: Scope,
): Pick<SightTurnBegin, 'learned' | 'crowdPlaces'> {
  const learned = new Set<string>()
  const crowdPlaces = new Set<string>()
  for (const { key, actual: was, desired: is } of scope.learned) {
    learned.add(key)
    if (was === undefined) learnedOf.add(metadataIn(key), key)
    else if (is === undefined) learnedOf.delete(metadataIn(key), key)
    for (const place of crowds.note(key, was, is)) crowdPlaces.add(place)
  }
  for (const { key, actual: was, desired: is } of scope.claims)
    for (const claimant of claimsOf.note(key, was, is)) learned.add(claimant)
  return { learned, crowdPlaces }
}
