import { Transform, type TransformCallback } from 'node:stream'
import { Parser, type Result } from 'tap-parser'

/** Tap reporter for a CI log: a line per test file, failures in full, at the end 'N passed, N failed[, N skipped]'. */
export default class PlainReporter extends Transform {
  #passed = 0
  #failed = 0
  #skipped = 0
  #failedBefore = 0
  readonly #parser = new Parser()

  constructor() {
    super()
    this.push(
      `tests: they take ${process.env['TESTS_TAKE'] ?? 'about ten minutes on two processors; npm run test:quick takes one'}\n`,
    )
    this.#parser.on('child', (file: Parser) => this.#watch(file, []))
    this.#parser.on('assert', (r: Result) => {
      if (!r.ok) this.#failure(r, [])
      this.push(`${r.ok ? 'ok    ' : 'NOT OK'} ${r.name} (${Math.round(r.time ?? 0)} ms)\n`)
      // a file that died, or ran out of time, without a failed assertion of its own counts as one failure
      if (!r.ok && this.#failed === this.#failedBefore) this.#failed++
      this.#failedBefore = this.#failed
    })
    this.#parser.on('bailout', (why: string) => {
      this.#failed++
      this.push(`Bail out! ${why}\n`)
    })
    this.#parser.on('comment', (c: string) => {
      if (!/^# (Subtest|time=|\{)/.test(c)) this.push(c)
    })
    this.#parser.on('extra', (x: string) => {
      if (x.trim() !== '') this.push(x)
    })
  }

  #failure(r: Result, path: readonly string[]): void {
    const diag = r.diag == null ? '' : `${JSON.stringify(r.diag, null, 2)}\n`
    this.push(`FAIL ${[...path, r.name].join(' > ')}\n${diag}`)
  }

  #watch(parser: Parser, path: readonly string[]): void {
    const here = [...path, parser.name]
    let closesSubtest = false
    parser.on('child', (sub: Parser) => {
      closesSubtest = true
      this.#watch(sub, here)
    })
    parser.on('assert', (r: Result) => {
      const repeats = closesSubtest
      closesSubtest = false
      if (r.skip || r.todo) this.#skipped++
      else if (repeats) return
      else if (r.ok) this.#passed++
      else {
        this.#failed++
        this.#failure(r, here)
      }
    })
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#parser.write(chunk)
    done()
  }

  override _flush(done: TransformCallback): void {
    this.#parser.end()
    const skipped = this.#skipped > 0 ? `, ${this.#skipped} skipped` : ''
    this.push(`${this.#passed} passed, ${this.#failed} failed${skipped}\n`)
    done()
  }
}
