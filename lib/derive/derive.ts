import type { Address } from '../model/address.js'
import { claimKey } from '../model/claim.js'
import { type Collection, entriesOf, lookup, none } from '../model/collection.js'
import { learnedKey, metadataOf } from '../model/identity.js'
import type { ReportedRows } from '../model/report.js'
import type { State } from '../model/state.js'
import type { Uuid } from '../model/uuid.js'
import type { Binding } from '../model/binding.js'
import { noLimits } from '../model/limits.js'
import { addressKeyOf, addressKeyParts } from './addresses.js'
import { Admission } from './admission.js'
import { Board, type Desired, type PieceChange } from './board.js'
import { Claims } from './claims.js'
import { Crowds, metadataIn, crowdPlaceOf } from './crowds.js'
import { Dirt } from './dirt.js'
import { Ends } from './view/ends.js'
import { Groups } from './groups.js'
import { Indexes } from './indexes.js'
import type { MacEntry } from './macs.js'
import { deriveAnswer } from './pieces/answer.js'
import { deriveAcl, deriveAclEntry } from './pieces/acl.js'
import { deriveAclBindings } from './pieces/acl-binding.js'
import { bindingsByPort } from './view/bindings.js'
import { deriveBinding, deriveCrowd, deriveLearned } from './pieces/binding.js'
import { deriveSwitch } from './pieces/flood.js'
import { deriveMac } from './pieces/mac.js'
import { derivePipeline } from './pieces/pipeline.js'
import { type Demands, type Output, nothing } from './output.js'
import type { Sight } from './pieces/sight.js'
import { keyOwner } from './pieces/target.js'
import { RefusedPiece, stillRefused } from './pieces/refused.js'
import { deriveKey, deriveSender, deriveVni } from './pieces/sender.js'
import { derivePeer } from './pieces/tunnel.js'
import { ReportedIndex } from './reported-rows.js'
import type { Scope } from './scope.js'
import { senderKey, sendersAt } from './senders.js'
import { sharesOf } from './shares.js'
import { Uses } from './uses.js'
import { type View, Views } from './view/view.js'
import {
  followBindings,
  followExits,
  followOthers,
  followShares,
  followTunnels,
  followVnis,
  isFundamental,
} from './view/view-changes.js'
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
  #board = new Board()
  #reported: ReportedIndex
  /** metadata → learned keys */
  #learnedOf = new Groups()
  /** Of the view's bound switches; null: nobody has asked since they changed. */
  #byMetadata: ReadonlyMap<string, Uuid> | null = null
  /** Sight.keyOwners */
  readonly #keyOwners = new Map<string, Uuid>()
  readonly #uses = new Uses()
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
    const { settings, vtep: tables } = state
    if (settings === null || tables === null) throw new Error('a view without databases')
    const indexes = new Indexes(tables)
    const vnis = assignVnis(view, tables, indexes)
    const learned = state.learned ?? none
    const claims = state.claims ?? none
    const limits = settings.limits ?? noLimits
    this.#sight = {
      settings,
      tables,
      seen: state.seen,
      learned,
      claims,
      claimsOf: new Claims(),
      view,
      bindingsAt: bindingsByPort(view.bindings),
      vnis,
      ends: new Ends(tables, view),
      indexes,
      keyOwners: this.#keyOwners,
      admission: new Admission(limits),
      shareOf: sharesOf(limits, view),
      crowds: new Crowds(limits),
    }
    this.#reported = new ReportedIndex(tables, view)
    for (const [key, number] of entriesOf(learned)) {
      this.#learnedOf.add(metadataIn(key), key)
      this.#sight.crowds.note(key, undefined, number)
    }
    for (const [key, claim] of entriesOf(claims)) this.#sight.claimsOf.note(key, undefined, claim)
    this.#deriveEverything()
    this.#deriveRefused()
  }

  get derived(): Derived {
    return { view: this.#sight.view, desired: this.#board.desired, reported: this.#reported.rows }
  }

  /** The derivation of `state`, where `scope` is all that differs from the state before. */
  advance(state: State, scope: Scope): Derivation | null {
    const [before, after] = [this.#state.vtep, state.vtep]
    if (scope.isEverything || before === null || after === null) return Derivation.of(state)
    const changes = scope.rows
    const dirt = new Dirt()
    const { indexes } = this.#sight
    dirt.follow(changes, before, after, indexes)
    if (scope.isOvsTouched) dirt.isViewStale = true
    for (const change of scope.learned) this.#touchLearned(change, dirt)
    for (const { key, actual: was, desired: is } of scope.claims)
      for (const place of this.#sight.claimsOf.note(key, was, is)) dirt.learned.add(place)
    const old = this.#sight
    const view = dirt.isViewStale ? this.#views.of(state) : old.view
    if (view === null || isFundamental(old.view, view)) return Derivation.of(state)
    this.#state = state
    this.#sight = {
      ...old,
      tables: after,
      seen: state.seen,
      learned: state.learned ?? none,
      claims: state.claims ?? none,
      view,
      ends: old.ends.of(after, view),
    }
    this.#rederive(old, dirt)
    this.#reported.advance(changes, after, view, view !== old.view)
    this.#deriveRefused()
    return this
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
    this.#replace(new Map([['refused', output]]), new Set())
  }

  #touchLearned({ key, actual: was, desired: is }: Scope['learned'][number], dirt: Dirt): void {
    dirt.learned.add(key)
    if (was === undefined) this.#learnedOf.add(metadataIn(key), key)
    else if (is === undefined) this.#learnedOf.delete(metadataIn(key), key)
    for (const place of this.#sight.crowds.note(key, was, is)) dirt.places.add(place)
  }

  #rederive(old: Sight, dirt: Dirt): void {
    this.#follow(old, dirt)
    const sight = this.#sight
    const outputs = new Map<string, Output>()
    if (dirt.isViewStale || dirt.areVnisStale) outputs.set('pipeline', derivePipeline(sight))
    for (const address of this.#uses.changed(dirt.uses, sight)) dirt.peers.add(address)
    sight.admission.followVteps(dirt, sight)
    for (const key of dirt.keys) this.#followKey(key, dirt, outputs)
    sight.admission.followMacs(dirt, sight)
    if (dirt.isViewStale || dirt.areVnisStale || dirt.keys.size > 0) followOthers(old, sight, dirt)
    this.#followAddresses(dirt, outputs)
    for (const binding of dirt.unbound)
      for (const piece of [pieceOf(binding), crowdOf(binding)]) outputs.set(piece, nothing)
    for (const binding of dirt.bindings) this.#deriveBinding(binding, outputs)
    for (const vni of dirt.vnis) outputs.set(`vni ${vni}`, deriveVni(vni, sight))
    for (const key of dirt.senders) this.#deriveSender(key, outputs)
    for (const uuid of dirt.switches) outputs.set(`switch ${uuid}`, deriveSwitch(uuid, sight))
    for (const address of dirt.peers) this.#derivePeer(address, outputs)
    for (const key of dirt.learned) outputs.set(`learned ${key}`, deriveLearned(key, sight, this.#switchOf()))
    for (const place of dirt.places) this.#followCrowd(place, outputs)
    this.#deriveAcls(dirt.acls, dirt.aclEntries, dirt.aclPorts, outputs)
    this.#replace(outputs, dirt.macs)
  }

  /** What a changed view leads to. */
  #follow(old: Sight, dirt: Dirt): void {
    const { view, tables, indexes, settings } = this.#sight
    const areBindingsStale = old.view.bindings !== view.bindings
    if (areBindingsStale) {
      this.#byMetadata = null
      this.#sight = {
        ...this.#sight,
        bindingsAt: bindingsByPort(view.bindings),
        shareOf: sharesOf(settings.limits ?? noLimits, view),
      }
      followBindings(old.view, this.#sight, this.#learnedOf, dirt)
      followShares(old, this.#sight, dirt)
    }
    if (dirt.isViewStale) followTunnels(old.view, this.#sight, dirt)
    if (areBindingsStale || dirt.areVnisStale) {
      this.#sight = { ...this.#sight, vnis: assignVnis(view, tables, indexes) }
      followVnis(old, this.#sight, dirt)
    }
    if (dirt.isViewStale) followExits(old.view, this.#sight, dirt)
  }

  /** `macs`: those to derive. */
  #replace(outputs: ReadonlyMap<string, Output>, macs: ReadonlySet<MacEntry>): void {
    const changes: PieceChange[] = []
    for (const [piece, is] of outputs) changes.push({ place: this.#board.place(piece), is })
    for (const entry of macs) changes.push({ place: entry, is: deriveMac(entry, this.#sight) })
    this.#board.replace(changes, this.#sight.view.physicalSwitch?.uuid ?? null)
    this.#sight.indexes.macs.drop(macs)
  }

  /** Who is answered hangs on where frames to the MAC go; what is reported of a claim, on what the controller says of the address. */
  #followAddresses(dirt: Dirt, outputs: Map<string, Output>): void {
    for (const { rows } of dirt.macs)
      for (const { row } of rows) {
        const key = addressKeyOf(row)
        if (key !== undefined) dirt.addresses.add(key)
      }
    for (const key of dirt.addresses) {
      outputs.set(`answer ${key}`, deriveAnswer(key, this.#sight))
      const { logicalSwitch, address } = addressKeyParts(key)
      const metadata = metadataOf(logicalSwitch)
      const claim = lookup(this.#sight.claims, claimKey(metadata, address as Address))
      if (claim !== undefined) dirt.learned.add(learnedKey(metadata, claim.mac))
    }
  }

  #followCrowd(place: string, outputs: Map<string, Output>): void {
    const uuid = this.#switchOf().get(metadataIn(place)) ?? ''
    for (const binding of this.#sight.view.bindings.get(uuid) ?? [])
      if (crowdPlaceOf(metadataIn(place), binding.number) === place)
        outputs.set(crowdOf(binding), deriveCrowd(binding, this.#sight))
  }

  #switchOf(): ReadonlyMap<string, Uuid> {
    if (this.#byMetadata === null) {
      const uuids = [...this.#sight.view.bindings.keys()]
      this.#byMetadata = new Map(uuids.map((uuid) => [metadataOf(uuid), uuid]))
    }
    return this.#byMetadata
  }

  #derivePeer(address: string, outputs: Map<string, Output>): void {
    outputs.set(`peer ${address}`, derivePeer(address, this.#sight))
    this.#uses.note(address, this.#sight)
  }

  #deriveBinding(binding: Binding, outputs: Map<string, Output>): void {
    outputs.set(pieceOf(binding), deriveBinding(binding, this.#sight))
    outputs.set(crowdOf(binding), deriveCrowd(binding, this.#sight))
  }

  /** A key of a VTEP's own may have come to belong to another switch; then everything sent there changes. */
  #followKey(key: string, dirt: Dirt, outputs: Map<string, Output>): void {
    const owner = keyOwner(key, this.#sight)
    const { indexes, tables } = this.#sight
    if (owner !== this.#keyOwners.get(key))
      for (const locator of indexes.locatorsKeyed.of(key)) dirt.followLocator(locator, tables, indexes)
    this.#noteKey(key, owner, outputs)
    const cut = key.lastIndexOf(' ')
    const other = this.#sight.vnis.byVni.get(Number(key.slice(cut + 1)))
    if (other !== undefined) dirt.senders.add(senderKey(key.slice(0, cut), other))
  }

  #deriveSender(key: string, outputs: Map<string, Output>): void {
    const piece = `sender ${key}`
    const was = this.#board.outputOf(piece)
    const is = deriveSender(key, this.#sight, was)
    if (is !== was) outputs.set(piece, is)
  }

  #noteKey(key: string, owner: Uuid | undefined, outputs: Map<string, Output>): void {
    if (owner === undefined) this.#keyOwners.delete(key)
    else this.#keyOwners.set(key, owner)
    outputs.set(`key ${key}`, deriveKey(key, owner, this.#sight))
  }

  #deriveAcls(
    acls: Iterable<Uuid>,
    entries: Iterable<Uuid>,
    ports: Iterable<Uuid>,
    outputs: Map<string, Output>,
  ): void {
    for (const uuid of acls) outputs.set(`acl ${uuid}`, deriveAcl(uuid, this.#sight))
    for (const uuid of entries) outputs.set(`acl entry ${uuid}`, deriveAclEntry(uuid, this.#sight))
    for (const uuid of ports) outputs.set(`acls at ${uuid}`, deriveAclBindings(uuid, this.#sight))
  }

  #deriveEverything(): void {
    const { view, vnis, indexes } = this.#sight
    this.#sight.admission.begin(this.#sight)
    const outputs = new Map<string, Output>([['pipeline', derivePipeline(this.#sight)]])
    // the others look at whose keys are whose
    for (const key of indexes.locatorsKeyed.keys()) this.#noteKey(key, keyOwner(key, this.#sight), outputs)
    for (const [uuid, bindings] of view.bindings) {
      outputs.set(`switch ${uuid}`, deriveSwitch(uuid, this.#sight))
      for (const binding of bindings) this.#deriveBinding(binding, outputs)
    }
    for (const vni of vnis.byVni.keys()) outputs.set(`vni ${vni}`, deriveVni(vni, this.#sight))
    for (const address of indexes.locatorsAt.keys()) {
      this.#derivePeer(address, outputs)
      for (const key of sendersAt(address, indexes)) this.#deriveSender(key, outputs)
    }
    for (const key of indexes.rowsOfAddress.keys())
      outputs.set(`answer ${key}`, deriveAnswer(key, this.#sight))
    const { ACL, ACL_entry, Physical_Port } = this.#sight.tables
    this.#deriveAcls(keysOf(ACL), keysOf(ACL_entry), keysOf(Physical_Port), outputs)
    for (const [key] of entriesOf(this.#sight.learned))
      outputs.set(`learned ${key}`, deriveLearned(key, this.#sight, this.#switchOf()))
    this.#replace(outputs, new Set(indexes.macs.entries()))
  }
}

function keysOf(collection: Collection<unknown>): readonly string[] {
  return [...entriesOf(collection)].map(([key]) => key)
}

function pieceOf({ number, logicalSwitch }: Binding): string {
  return `binding ${number} ${logicalSwitch}`
}

function crowdOf({ number, logicalSwitch }: Binding): string {
  return `crowd ${number} ${logicalSwitch}`
}
