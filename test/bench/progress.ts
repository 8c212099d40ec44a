import type { Course } from './course.js'

/** Says on standard error what is being measured, and how long it will go on by the courses' own estimates. */
export class Progress {
  readonly #isQuick: boolean
  readonly #startedMs = performance.now()
  #remaining: readonly Course[]
  #current = ''

  constructor(courses: readonly Course[], isQuick: boolean) {
    this.#isQuick = isQuick
    this.#remaining = courses
    this.#write(`measuring ${courses.map(({ name }) => name).join(', ')}; takes about ${this.#left()}`)
  }

  begin({ name, about }: Course): void {
    this.#current = name
    this.#write(`${name}: ${about} (about ${this.#left()} to go)`)
    this.#remaining = this.#remaining.filter((course) => course.name !== name)
  }

  say(what: string): void {
    this.#write(`${this.#current}: ${what}`)
  }

  end(): void {
    this.#write('measured')
  }

  #left(): string {
    const seconds = this.#remaining.reduce(
      (sum, { takes }) => sum + (this.#isQuick ? takes.quick : takes.full),
      0,
    )
    return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} minutes`
  }

  #write(text: string): void {
    const elapsed = Math.round((performance.now() - this.#startedMs) / 1_000)
    process.stderr.write(`${String(elapsed).padStart(5)} s  ${text}\n`)
  }
}
