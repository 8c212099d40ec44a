import { metadataOf } from '../model/identity.js'
import type { Uuid } from '../model/uuid.js'

/** Bound logical switches by their metadata; made when somebody asks. */
export class BoundAs {
  readonly #bindings: ReadonlyMap<Uuid, unknown>
  #byMetadata: ReadonlyMap<string, Uuid> | null = null

  constructor(bindings: ReadonlyMap<Uuid, unknown>) {
    this.#bindings = bindings
  }

  of(metadata: string): Uuid | undefined {
    this.#byMetadata ??= new Map([...this.#bindings.keys()].map((uuid) => [metadataOf(uuid), uuid]))
    return this.#byMetadata.get(metadata)
  }
}
