import type { Core } from '../daemon/core.js'
import type { Batch, ConfigBatch, Lane } from '../model/batch.js'
import type { Address } from '../model/address.js'
import { type Claim, claimKey, claimKeyParts } from '../model/claim.js'
import { amend, type Collection, entriesOf, lookup, none } from '../model/collection.js'
import type { ClaimUpdate } from '../model/event.js'
import type { Departures } from '../model/departure.js'
import type { Settings } from '../model/settings.js'
import { type Flow, isSameFlow } from '../model/flow.js'
import { learnedKey, learnedKeyParts } from '../model/identity.js'
import type { Mac } from '../model/mac.js'
import { aclInUnit, aclUnit } from '../pipeline/acl-unit.js'
import { flowContent, isConfigKey, partsOf, type Quarantined, reportContent } from '../model/quarantine.js'
import { type Part } from '../model/batch.js'
import type { LaneState, State } from '../model/state.js'
import { batchRedacted, reportKeyRedacted } from './batches.js'
import { flowRedacted, keyRedacted } from './flows.js'
import type { Pseudonyms } from './pseudonyms.js'
import type { RowRedaction } from './rows.js'

/** The real history, and the one that is given: what ours are called in it is derived. */
export interface Worlds {
  readonly real: Core
  readonly shown: Core
}

/** States and their parts with pseudonyms, as far as `worlds` know at that moment what they are. */
export class StateRedactor {
  readonly #names: Pseudonyms
  readonly #rows: RowRedaction
  readonly #worlds: Worlds

  constructor(names: Pseudonyms, rows: RowRedaction, worlds: Worlds) {
    this.#names = names
    this.#rows = rows
    this.#worlds = worlds
  }

  /** One of ours as it was derived, any other part by part. */
  flow(flow: Flow): Flow {
    const image = flowRedacted(this.#names, flow)
    const real = lookupIn(this.#worlds.real.derived()?.desired.flows, flow.key)
    const shown = lookupIn(this.#worlds.shown.derived()?.desired.flows, image.key)
    return real !== undefined && shown !== undefined && isSameFlow(real, flow) ? shown : image
  }

  learned(key: string): string {
    const { metadata, mac } = learnedKeyParts(key)
    return learnedKey(this.#names.metadata(metadata), this.#names.mac(mac) as Mac)
  }

  claim({ key, claim }: ClaimUpdate): ClaimUpdate {
    const { metadata, address } = claimKeyParts(key)
    return {
      key: claimKey(this.#names.metadata(metadata), this.#names.address(address) as Address),
      claim: claim && { ...claim, mac: this.#names.mac(claim.mac) as Mac },
    }
  }

  settings(settings: Settings): Settings {
    const { physicalSwitch, macAgingSeconds, limits, acceptsAnyPeer, suppressesArp, pipeline } = settings
    return {
      physicalSwitch: this.#rows.physicalSwitch(physicalSwitch),
      macAgingSeconds,
      ...(limits && { limits }),
      ...(acceptsAnyPeer && { acceptsAnyPeer }),
      ...(suppressesArp && { suppressesArp }),
      ...(pipeline !== undefined && { pipeline }),
    }
  }

  #claims(claims: Collection<Claim>): Collection<Claim> {
    const updates = [...entriesOf(claims)].map(([key, claim]) => this.claim({ key, claim }))
    return amend<Claim>(
      none,
      updates.map(({ key, claim }) => [key, claim ?? undefined]),
    )
  }

  #batch(batch: Batch | null): Batch | null {
    return batch && batchRedacted(this.#names, this.#rows, batch)
  }

  state(state: State): State {
    const { settings, vtep, ovs, claims, departures, drift, planned } = state
    const flows = (list: readonly Flow[]) => list.map((flow) => flowRedacted(this.#names, flow))
    const uuid = (key: string) => this.#names.uuid(key)
    return {
      ...state,
      settings: settings && this.settings(settings),
      vtep: vtep && (this.#tables(vtep) as State['vtep']),
      ovs: ovs && (this.#tables(ovs) as State['ovs']),
      seen: mapped(state.seen, uuid, (seq) => seq),
      announcedAddresses: state.announcedAddresses.map((text) => this.#names.address(text)).sort(),
      flows: state.flows && this.#flows(state.flows),
      foreign: flows(state.foreign),
      displaced: flows(state.displaced),
      replaced: flows(state.replaced),
      learned:
        state.learned &&
        mapped(
          state.learned,
          (key) => this.learned(key),
          (binding) => binding,
        ),
      ...(claims && { claims: this.#claims(claims) }),
      ...(departures && { departures: this.#departures(departures) }),
      drift: drift && { ...drift, example: keyRedacted(this.#names, drift.example) },
      lanes: { switch: this.#lane(state.lanes.switch, 'switch'), vtep: this.#lane(state.lanes.vtep, 'vtep') },
      quarantined: state.quarantined.map((one) => this.#quarantined(one)),
      planned: planned && { ...planned, batch: batchRedacted(this.#names, this.#rows, planned.batch) },
    }
  }

  #departures({ pending, recent }: Departures): Departures {
    return {
      pending: pending.map((one) => ({
        ...one,
        logicalSwitch: this.#names.uuid(one.logicalSwitch),
        mac: this.#names.mac(one.mac) as Mac,
      })),
      recent: recent.map((one) => ({ ...one, key: this.learned(one.key) })),
    }
  }

  #tables(tables: object): object {
    const list = Object.entries(tables) as [string, Collection<object>][]
    return Object.fromEntries(
      list.map(([table, rows]) => [
        table,
        mapped(
          rows,
          (uuid) => this.#names.uuid(uuid),
          (row) => this.#rows.row(table, row),
        ),
      ]),
    )
  }

  #flows(flows: Collection<Flow>): Collection<Flow> {
    const shown = Array.from(entriesOf(flows), ([, flow]) => this.flow(flow))
    return amend<Flow>(
      none,
      shown.map((flow) => [flow.key, flow]),
    )
  }

  #lane({ inFlight, failed, setAside, repeated, search }: LaneState, lane: Lane): LaneState {
    return {
      inFlight: this.#batch(inFlight),
      failed: this.#batch(failed),
      repeated: repeated && { ...repeated, batch: batchRedacted(this.#names, this.#rows, repeated.batch) },
      search: search && { ...search, suspects: search.suspects.map((key) => this.partKey(lane, key)) },
      ...(setAside && { setAside: batchRedacted(this.#names, this.#rows, setAside) as ConfigBatch }),
    }
  }

  /** Of a change, as in Part. */
  partKey(lane: Lane, key: string): string {
    const [, kind = '', name = ''] = /^(port|bridge)\/(.*)$/s.exec(key) ?? []
    if (kind !== '') return `${kind}/${this.#rows.name(name)}`
    const acl = aclInUnit(key)
    if (acl !== undefined) return aclUnit(this.#names.digits(acl))
    return lane === 'switch' ? keyRedacted(this.#names, key) : reportKeyRedacted(this.#names, this.#rows, key)
  }

  #configPart({ key, content }: Part): Part {
    const words = commandsOf(content).flatMap((command) => ['--', ...command])
    const batch: Batch = {
      kind: 'config',
      arguments: ['--timeout=10', ...words],
      isFlushing: false,
      restoration: null,
    }
    const [part] = partsOf(batchRedacted(this.#names, this.#rows, batch))
    return part ?? { key: this.partKey('switch', key), content: this.#names.text(content) }
  }

  /** What was refused counts as long as just that is desired, so its content is that of what is desired now. */
  #quarantined(one: Quarantined): Quarantined {
    if (isConfigKey(one.key))
      return { ...one, ...this.#configPart(one), reason: this.#names.text(one.reason) }
    if (aclInUnit(one.key) !== undefined)
      return { ...one, key: this.partKey(one.lane, one.key), reason: this.#names.text(one.reason) }
    const [real, shown] = [this.#worlds.real.derived()?.desired, this.#worlds.shown.derived()?.desired]
    const key = this.partKey(one.lane, one.key)
    const content =
      one.lane === 'switch'
        ? replaced(one.content, flowContent, lookupIn(real?.flows, one.key), lookupIn(shown?.flows, key))
        : replaced(
            one.content,
            reportContent,
            lookupIn(real?.reports, one.key),
            lookupIn(shown?.reports, key),
          )
    return {
      ...one,
      key,
      content: content ?? this.#names.text(one.content),
      reason: this.#names.text(one.reason),
    }
  }
}

function replaced<T>(
  content: string,
  print: (value: T | undefined) => string,
  real?: T,
  shown?: T,
): string | null {
  if (content === '') return content
  return real !== undefined && content === print(real) ? print(shown) : null
}

function lookupIn<T>(collection: Collection<T> | undefined, key: string): T | undefined {
  return collection && lookup(collection, key)
}

function mapped<T>(
  collection: Collection<T>,
  keyOf: (key: string) => string,
  valueOf: (value: T) => T,
): Collection<T> {
  return amend<T>(
    none,
    Array.from(entriesOf(collection), ([key, value]) => [keyOf(key), valueOf(value)]),
  )
}

/** As `partsOf` prints them; none where somebody else wrote the text. */
function commandsOf(content: string): readonly (readonly string[])[] {
  try {
    const commands: unknown = JSON.parse(content)
    const isWords = (list: unknown) => Array.isArray(list) && list.every((word) => typeof word === 'string')
    return Array.isArray(commands) && commands.every(isWords) ? commands : []
  } catch {
    return []
  }
}
