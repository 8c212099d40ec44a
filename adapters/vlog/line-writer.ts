import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs'
import { Socket } from 'node:net'
import { hasCode } from '../error-code.js'

/** What a reader that does not read may leave in our memory. */
const mostHeldBytes = 1 << 18
/** How often it is looked whether it reads again. */
const retryMs = 100
/** The end of the process waits so long for one that reads, and looks so often. */
const longestDrainMs = 1_000
const drainStepMs = 5

/** Nobody wakes who waits for it. */
const sleeping = new Int32Array(new SharedArrayBuffer(4))

/**
 * Lines into an open file, written before the call returns. Never waits: what a pipe, terminal or socket has no room for is held, and
 * beyond a limit lost and counted. What can't be written otherwise (full disk, reader gone) is lost without a sound: a log that can't be
 * written has nowhere to complain.
 */
export class LineWriter {
  readonly #fd: number
  readonly #isOwn: boolean
  readonly #lostLine: (count: number) => string
  #held: Buffer[] = []
  #heldBytes = 0
  #lost = 0
  #timer: NodeJS.Timeout | null = null

  /** `lostLine`: what stands in the place of so many lines. */
  constructor(fd: number, lostLine: (count: number) => string) {
    const own = impatient(fd)
    this.#fd = own ?? fd
    this.#isOwn = own !== null
    this.#lostLine = lostLine
  }

  write(line: string): void {
    this.#flush()
    const bytes = Buffer.from(line)
    if (this.#held.length === 0) this.#hold(this.#written(bytes))
    else if (this.#heldBytes + bytes.length <= mostHeldBytes && this.#lost === 0) this.#hold(bytes)
    else this.#lost++
  }

  /** For the end of the process, whose last lines say why: waits a moment for a reader that is slow. */
  drain(): void {
    const endMs = performance.now() + longestDrainMs
    this.#flush()
    while (this.#held.length > 0 && performance.now() < endMs) {
      Atomics.wait(sleeping, 0, 0, drainStepMs)
      this.#flush()
    }
  }

  /** The file itself stays open. */
  close(): void {
    this.#flush()
    if (this.#timer !== null) clearTimeout(this.#timer)
    if (this.#isOwn) closeSync(this.#fd)
  }

  #flush(): void {
    while (this.#held.length > 0) {
      const [first = Buffer.alloc(0)] = this.#held
      const left = this.#written(first)
      this.#heldBytes -= first.length - left.length
      if (left.length > 0) {
        this.#held[0] = left
        return
      }
      this.#held.shift()
      if (this.#held.length === 0 && this.#lost > 0) {
        this.#hold(Buffer.from(this.#lostLine(this.#lost)))
        this.#lost = 0
      }
    }
  }

  #hold(bytes: Buffer): void {
    if (bytes.length === 0) return
    this.#held.push(bytes)
    this.#heldBytes += bytes.length
    this.#wait()
  }

  #wait(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      this.#flush()
      if (this.#held.length > 0) this.#wait()
    }, retryMs).unref()
  }

  /** Gives what there was no room for. */
  #written(bytes: Buffer): Buffer {
    try {
      return bytes.subarray(writeSync(this.#fd, bytes))
    } catch (error) {
      return hasCode(error, 'EAGAIN') ? bytes : Buffer.alloc(0)
    }
  }
}

/**
 * The file of `fd` opened once more, so that nobody waits in it: who shares `fd` with us may rely on waiting. Null: it is as good as that
 * itself, or there is no other way.
 */
function impatient(fd: number): number | null {
  try {
    const kind = fstatSync(fd)
    if (kind.isFile()) return null
    // a socket can't be opened again; Node takes the waiting from it, and gives it back at the end
    if (kind.isSocket()) new Socket({ fd, readable: false, writable: true }).unref()
    else
      return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
  } catch {
    // closed, or that of another user
  }
  return null
}
