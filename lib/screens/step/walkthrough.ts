import { PositionError, positionAt } from '../../history/position.js'
import { PredicateError } from '../../history/predicate/predicate.js'
import { conditionOf } from './condition.js'
import { ChangeList } from './change-list.js'
import { changeInFull, entryText, stateText } from './texts.js'
import type { Direction, WalkSearch, Walk } from './walk.js'
import { own } from '../../model/own.js'

/** A key by the name that node:readline gives it, and what it would type; `ctrl` for one with the control key. */
export interface Key {
  readonly name: string
  readonly text: string
  readonly isCtrl: boolean
}

/** What keys go to: the list of entries, or one of the two panes below it. */
export type Pane = 'list' | 'entry' | 'state'
const panes: readonly Pane[] = ['list', 'entry', 'state']

type Question = 'jump' | 'until' | 'until-back' | 'filter'

/** How each question is asked. */
const questions: Readonly<Record<Question, string>> = {
  jump: 'jump to (number, time, -10m, HEAD~3): ',
  until: 'run until (words, in-sync, problem, flow:TEXT, flows > 9, !not): ',
  'until-back': 'run back until (words, in-sync, problem, flow:TEXT, flows > 9, !not): ',
  filter: 'only those with (words, problem, flow:TEXT, !not; empty: all): ',
}

/** A walk through time as a person sees it: what is asked, shown, scrolled. Keys come in, searches go out. */
export class Walkthrough {
  readonly walk: Walk
  readonly changes: ChangeList
  readonly #nowMs: number
  /** The list is of changes, or of entries. */
  isOfChanges = false
  focus: Pane = 'list'
  isZoomed = false
  isHelp = false
  isOver = false
  /** The first line that is seen of each pane; it is brought back into the text where it is shown. */
  readonly scroll = { entry: 0, state: 0 }
  /** What has been asked, and the answer as far as it is typed. */
  question: { readonly what: Question; readonly answer: string } | null = null
  message = ''
  /** What was looked for last: an empty answer looks again. */
  #until = ''
  #texts: {
    readonly seq: number
    /** -1: of an entry. */
    readonly place: number
    readonly entry: readonly string[]
    readonly state: readonly string[]
  } | null = null

  /** `nowMs`: what positions like `-10m` count from. */
  constructor(walk: Walk, nowMs: number) {
    this.walk = walk
    this.changes = new ChangeList(walk)
    this.#nowMs = nowMs
  }

  /** What stands in the panes. Throws the errors of where the recording is kept. */
  texts(): { readonly entry: readonly string[]; readonly state: readonly string[] } {
    const { entry } = this.walk
    const place = this.isOfChanges ? this.changes.place : -1
    if (this.#texts?.seq === entry.seq && this.#texts.place === place) return this.#texts
    const told = place < 0 ? entryText(entry, this.walk.before().state) : this.#toldOf(place)
    this.#texts = { seq: entry.seq, place, entry: told, state: stateText(this.walk.after()) }
    return this.#texts
  }

  #toldOf(place: number): readonly string[] {
    const { recording } = this.walk
    const entries = this.changes.entriesOf(place).flatMap((seq) => [...recording.entries(seq, seq)])
    return changeInFull(this.changes.at(place), entries, this.walk.after().state)
  }

  /** The list of changes, where the change of this entry stands; how far its telling is. */
  *toChanges(): WalkSearch {
    yield* this.changes.tell()
    this.isOfChanges = true
    return true
  }

  /** The line that is being typed. */
  prompt(): string | null {
    return this.question === null ? null : questions[this.question.what] + this.question.answer
  }

  /** A key was pressed on a screen whose panes show `pageLength` lines; gives the search that it asks for, if any. */
  press(key: Key, pageLength: number): WalkSearch | null {
    this.message = ''
    if (key.isCtrl && key.name === 'c') this.isOver = true
    else if (this.question !== null) return this.#typed(key)
    else if (this.isHelp) this.isHelp = false
    else return this.#ordered(key, pageLength)
    return null
  }

  /** A search that `press` gave has come to its end. */
  ended(hasMoved: boolean): void {
    if (hasMoved) this.scroll.entry = 0
    else this.message = 'there is none'
  }

  #ordered({ name, text }: Key, pageLength: number): WalkSearch | null {
    const move = own(moves, name) ?? own(moves, text)
    if (move !== undefined) return this.#moved(move, pageLength)
    const asked = own(asking, text)
    if (name === 'return' || name === 'enter' || name === 'backspace') return this.#turned()
    if (asked !== undefined) this.question = { what: asked, answer: '' }
    else if (name === 'tab') this.focus = panes[(panes.indexOf(this.focus) + 1) % panes.length] ?? 'list'
    else if (text === 'z') this.isZoomed = !this.isZoomed
    else if (text === '?' || text === 'h') this.isHelp = true
    else if (text === 'q' || name === 'escape') this.isOver = true
    return null
  }

  /** From a change to its entries, and back to where the entry belongs. */
  #turned(): WalkSearch | null {
    if (!this.isOfChanges) return this.toChanges()
    this.isOfChanges = false
    const seq = this.changes.at(this.changes.place)?.seq
    return seq === undefined ? null : this.walk.to(seq)
  }

  #moved({ direction, by, isOfFocus }: Move, pageLength: number): WalkSearch | null {
    const { focus } = this
    const lines = by === 'page' ? pageLength : by
    if (isOfFocus && focus !== 'list') {
      const way = direction === 'forward' ? lines : -lines
      this.scroll[focus] = Math.max(0, this.scroll[focus] + way)
      return null
    }
    if (this.isOfChanges) return this.changes.step(direction, lines)
    return lines === Infinity ? this.walk.toEnd(direction) : this.walk.step(direction, lines)
  }

  #typed({ name, text, isCtrl }: Key): WalkSearch | null {
    if (this.question === null) return null
    const { what, answer } = this.question
    if (name === 'return' || name === 'enter') {
      this.question = null
      return this.#answered(what, answer)
    }
    if (name === 'escape') this.question = null
    else if (name === 'backspace') this.question = { what, answer: answer.replace(/.$/su, '') }
    else if (isCtrl && name === 'u') this.question = { what, answer: '' }
    else if (/^[^\p{Cc}]+$/u.test(text)) this.question = { what, answer: answer + text }
    return null
  }

  #answered(what: Question, answer: string): WalkSearch | null {
    switch (what) {
      case 'jump':
        return this.#jump(answer.trim())
      case 'filter':
        return this.#asked(() => {
          if (this.isOfChanges) {
            conditionOf(answer)
            return this.changes.filtered(answer)
          }
          this.walk.filter = answer
          return null
        })
      case 'until':
      case 'until-back':
        if (answer.trim() !== '') this.#until = answer
        return this.#run(what === 'until' ? 'forward' : 'backward')
    }
  }

  #jump(text: string): WalkSearch | null {
    if (text === '') return null
    try {
      return this.#found(this.walk.to(positionAt(text, this.walk.recording, this.#nowMs)))
    } catch (error) {
      if (!(error instanceof PositionError)) throw error
      this.message = error.message
      return null
    }
  }

  #run(direction: Direction): WalkSearch | null {
    return this.#asked(() => {
      const condition = conditionOf(this.#until)
      return condition === null ? null : this.#found(this.walk.until(direction, condition))
    })
  }

  /** Where an entry is looked for, the list goes to its change. */
  *#found(search: WalkSearch): WalkSearch {
    const hasMoved = yield* search
    if (this.isOfChanges) yield* this.changes.tell()
    return hasMoved
  }

  /** A predicate that can't be read is said, and nothing is done. */
  #asked(act: () => WalkSearch | null): WalkSearch | null {
    try {
      return act()
    } catch (error) {
      if (!(error instanceof PredicateError)) throw error
      this.message = error.message
      return null
    }
  }
}

interface Move {
  readonly direction: Direction
  readonly by: number | 'page'
  /** Scrolls the pane that keys go to. */
  readonly isOfFocus: boolean
}

function move(direction: Direction, by: number | 'page', isOfFocus: boolean): Move {
  return { direction, by, isOfFocus }
}

const moves: Readonly<Record<string, Move>> = {
  right: move('forward', 1, false),
  n: move('forward', 1, false),
  space: move('forward', 1, false),
  left: move('backward', 1, false),
  b: move('backward', 1, false),
  down: move('forward', 1, true),
  up: move('backward', 1, true),
  pagedown: move('forward', 'page', true),
  pageup: move('backward', 'page', true),
  home: move('backward', Infinity, false),
  end: move('forward', Infinity, false),
}

const asking: Readonly<Record<string, Question>> = {
  ':': 'jump',
  '/': 'until',
  u: 'until',
  U: 'until-back',
  f: 'filter',
}

/** All keys, a line each. */
export const keysInWords: readonly string[] = [
  '→ n Space   next',
  '← b         back',
  'Home End    the first and the last',
  'Enter       the entries of a change; from an entry to its change',
  ':           jump to a number or a time: 41, HEAD~3, 03:12, -10m',
  'u /         run until a predicate holds: words of an entry, in-sync, flow:TEXT (bisect --help has all)',
  'U           the same backwards; an empty answer looks again for what was looked for last',
  'f           filter: only changes, or entries, for which a predicate holds; empty for all',
  'Tab         keys go to the list, the entry, the state',
  '↑ ↓ PgUp PgDn   move in the list, scroll the entry or the state',
  'z           zoom: the whole width for what keys go to',
  'Esc         stops a search or a long way, where nothing moves; leaves',
  'q Ctrl-C    leave',
]
