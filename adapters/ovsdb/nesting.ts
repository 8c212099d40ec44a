import { ProtocolError } from './errors.js'

/**
 * Where in the structure of a message we are. An array that is an element of an array has room for so many elements; those beyond, and all
 * that is in them, are passed over.
 */
export class Nesting {
  readonly #maxElements: number
  readonly #isArray: boolean[]
  /** By depth, the commas of an array that has limited room; null: it is none. */
  readonly #commas: (number | null)[]
  #depth = 0
  /** The depth of the array whose elements are passed over; 0: none are. */
  #full = 0

  constructor(maxDepth: number, maxElements: number) {
    this.#maxElements = maxElements
    this.#isArray = Array.from({ length: maxDepth + 1 }, () => false)
    this.#commas = Array.from({ length: maxDepth + 1 }, () => null)
  }

  get depth(): number {
    return this.#depth
  }

  get isPassingOver(): boolean {
    return this.#full > 0
  }

  /** Whether we are directly in an array that has limited room. */
  get isInValue(): boolean {
    return this.#commas[this.#depth] !== null
  }

  /** Throws ProtocolError at one level too many. */
  enter(isArray: boolean): void {
    const isElement = isArray && this.#isArray[this.#depth] === true
    this.#depth++
    if (this.#depth >= this.#isArray.length)
      throw new ProtocolError(`JSON nested more than ${this.#isArray.length - 1} levels deep`)
    this.#isArray[this.#depth] = isArray
    this.#commas[this.#depth] = isElement ? 0 : null
  }

  /** At a comma: whether from here on elements are passed over. */
  isFull(): boolean {
    const before = this.#commas[this.#depth] ?? null
    if (before === null || this.#full > 0) return false
    this.#commas[this.#depth] = before + 1
    if (before < this.#maxElements) return false
    this.#full = this.#depth
    return true
  }

  /** Whether what follows is held again. */
  leave(): boolean {
    const isEnd = this.#full === this.#depth
    if (isEnd) this.#full = 0
    this.#depth--
    return isEnd
  }
}
