import { emitKeypressEvents } from 'node:readline'
import { frame, pageLength } from '../../../lib/screens/step/frame.js'
import type { WalkSearch } from '../../../lib/screens/step/walk.js'
import type { Key, Walkthrough } from '../../../lib/screens/step/walkthrough.js'
import { Screen } from './screen.js'

/** How long a search may go on before the screen and the keys have their turn. */
const turnMs = 50
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Lets a person walk through a recording; resolves when they leave. The terminal is given back on every way out. */
export async function walkThrough(view: Walkthrough): Promise<void> {
  const session = new Session(view)
  await session.ended
}

class Session {
  readonly ended: Promise<void>
  readonly #view: Walkthrough
  readonly #screen = new Screen()
  #search: WalkSearch | null = null
  #settle: (error?: unknown) => void = () => undefined

  constructor(view: Walkthrough) {
    this.#view = view
    this.ended = new Promise((resolve, reject) => {
      this.#settle = (error) => {
        this.#end()
        if (error === undefined) resolve()
        else reject(error instanceof Error ? error : new Error('failed', { cause: error }))
      }
    })
    this.#begin()
  }

  #begin(): void {
    emitKeypressEvents(process.stdin)
    process.stdin.on('keypress', this.#pressed).on('end', this.#left).on('error', this.#left).resume()
    process.stdout.on('resize', this.#resized).on('error', this.#left)
    for (const signal of signals) process.on(signal, this.#struck)
    process.on('SIGCONT', this.#continued)
    process.on('exit', this.#restore)
    this.#screen.enter()
    this.#draw()
  }

  #end(): void {
    this.#restore()
    process.stdin.off('keypress', this.#pressed).off('end', this.#left).off('error', this.#left).pause()
    process.stdout.off('resize', this.#resized)
    for (const signal of signals) process.off(signal, this.#struck)
    process.off('SIGCONT', this.#continued)
    process.off('exit', this.#restore)
  }

  readonly #restore = (): void => {
    this.#screen.leave()
  }

  readonly #left = (): void => {
    this.#settle()
  }

  readonly #struck = (signal: NodeJS.Signals): void => {
    this.#end()
    process.kill(process.pid, signal)
  }

  readonly #continued = (): void => {
    this.#screen.enter()
    this.#draw()
  }

  readonly #resized = (): void => {
    this.#screen.forget()
    this.#draw()
  }

  readonly #pressed = (text: string | undefined, raw: { name?: string; ctrl?: boolean }): void => {
    const key: Key = { name: raw.name ?? '', text: text ?? '', isCtrl: raw.ctrl === true }
    if (key.isCtrl && key.name === 'z') return this.#suspend()
    this.#guarded(() => {
      const isSearching = this.#search !== null
      this.#search = null
      // the key that stops a search does nothing else, but for the one that always leaves
      if (!isSearching || (key.isCtrl && key.name === 'c'))
        this.#search = this.#view.press(key, pageLength(this.#view, this.#screen.size))
      if (this.#view.isOver) return this.#settle()
      this.#goOn()
    })
  }

  /** Searches for a while, then gives screen and keys their turn. */
  readonly #goOn = (): void => {
    const search = this.#search
    const endMs = performance.now() + turnMs
    while (search !== null && search === this.#search && performance.now() < endMs) {
      const { done, value } = search.next()
      if (done === true) {
        this.#search = null
        this.#view.ended(value)
      } else this.#view.message = `looking: entry ${value} (Esc stops)`
    }
    this.#draw()
    if (search !== null && search === this.#search)
      setImmediate(() => {
        if (search === this.#search) this.#guarded(this.#goOn)
      })
  }

  #suspend(): void {
    this.#screen.leave()
    process.kill(process.pid, 'SIGTSTP')
    // here it goes on, be it at once: without a shell's job control nothing stops
    this.#continued()
  }

  #draw(): void {
    this.#guarded(() => {
      this.#screen.draw(frame(this.#view, this.#screen.size))
    })
  }

  #guarded(act: () => void): void {
    try {
      act()
    } catch (error) {
      this.#settle(error)
    }
  }
}
