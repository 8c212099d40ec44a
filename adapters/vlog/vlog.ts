import { PROGRAM } from '../paths.js'
import { facilityNamed, priority } from './facility.js'
import type { Destination, Severity } from './level.js'
import { LevelTable } from './level-table.js'
import { LineWriter } from './line-writer.js'
import { LogFile } from './log-file.js'
import { logger, type Logger, type Text } from './logger.js'
import { jsonLine } from './json-line.js'
import { layOut, type LogRecord } from './pattern.js'
import { parseSpec, SpecError, type Spec } from './spec.js'
import { hasSyslog, Syslog } from './syslog.js'

const STDERR = 2

/** Modules of the Python ovs-vtep: start scripts may name them in `-v`, whether or not we log under them. */
const PREDECESSOR_MODULES =
  'daemon fatal-signal jsonrpc ovs-vtep poller reconnect socket_util stream unixctl_server'.split(' ')

const PATTERNS: Readonly<Record<Destination, string>> = {
  console: '%D{%Y-%m-%dT%H:%M:%SZ}|%05N|%c%T|%p|%m',
  syslog: 'ovs|%05N|%c%T|%p|%m',
  file: '%D{%Y-%m-%dT%H:%M:%SZ}|%05N|%c%T|%p|%m',
}

/**
 * Open vSwitch's logging: each module has a level for each destination (console is standard error), set by
 * the specs of ovs-appctl(8). Messages are written before the call returns. Logging never throws.
 */
export class Vlog {
  readonly #levels = new LevelTable({ console: 'info', syslog: hasSyslog() ? 'info' : 'off', file: 'info' })
  readonly #patterns = { ...PATTERNS }
  readonly #file = new LogFile((count) => this.#lostLine('file', count))
  /** Made for the first line. */
  #console: LineWriter | null = null
  readonly #syslog = new Syslog()
  readonly #own: Logger
  #facility = facilityNamed('daemon') ?? 0
  #serial = 0
  #isJson = false
  readonly #counts: Record<Severity, number> = { emer: 0, err: 0, warn: 0, info: 0, dbg: 0 }
  #subprogram = ''

  constructor() {
    for (const name of PREDECESSOR_MODULES) this.#levels.add(name)
    this.#own = this.module('vlog')
  }

  /** The logger of `name` (lower case), which from now on specs may name. */
  module(name: string): Logger {
    this.#levels.add(name)
    return logger((severity, text) => this.#log(name, severity, text))
  }

  /** Carries out one spec of `-v` or `vlog/set`, the empty one being "everything at dbg"; else what is wrong with it. */
  set(spec: string): string | undefined {
    try {
      this.#apply(parseSpec(spec, this.#levels.modules()))
      return undefined
    } catch (error) {
      if (error instanceof SpecError) return error.message
      throw error
    }
  }

  /** The table of `vlog/list`. */
  list(): string {
    return this.#levels.toString()
  }

  /** The table of `vlog/list-pattern`. */
  listPatterns(): string {
    const line = (name: string, prefix: string, format: string): string =>
      `${name.padEnd(7)}  ${prefix.padEnd(32)}  ${format}\n`
    const patterns = Object.entries(this.#patterns).map(([name, pattern]) => line(name, 'none', pattern))
    return [line('', 'prefix', 'format'), line('', '------', '------'), ...patterns].join('')
  }

  /** From now on every message is a JSON object on a line, on the console and in the file, whatever the pattern there. */
  setJson(): void {
    this.#isJson = true
  }

  /** How many messages there were of each severity, whether or not they were for anybody. */
  counts(): Readonly<Record<Severity, number>> {
    return this.#counts
  }

  /** Says in every line that this process is not the one that does the work, but its `name`. */
  setSubprogram(name: string): void {
    this.#subprogram = name
  }

  /** Starts logging to the file `path`; an error text if it can't be opened. */
  openFile(path: string): string | undefined {
    try {
      this.#file.open(path)
    } catch (error) {
      const text = `failed to open ${path} for logging: ${error instanceof Error ? error.message : String(error)}`
      this.#own.warn(text)
      return text
    }
    this.#own.info(`opened log file ${this.#file.path ?? path}`)
    return undefined
  }

  /** Opens the log file again after it was moved away, and the way to syslog; else why it can't. */
  reopen(): string | undefined {
    this.#syslog.reset()
    return this.#file.path === undefined ? 'Logging to file not configured' : this.openFile(this.#file.path)
  }

  /** Closes the log file until reopen(). */
  close(): void {
    this.#file.close()
  }

  #apply(spec: Spec): void {
    if (spec.kind === 'level') this.#levels.set(spec.module, spec.destination, spec.level)
    else if (spec.kind === 'pattern') this.#patterns[spec.destination] = spec.pattern
    else this.#facility = spec.facility
  }

  #log(module: string, severity: Severity, text: Text): void {
    this.#counts[severity]++
    const destinations = this.#levels.destinations(module, severity)
    if (destinations.length === 0) return
    const record = this.#record(module, severity, typeof text === 'string' ? text : text())
    for (const destination of destinations) this.#write(destination, record)
  }

  #record(module: string, severity: Severity, text: string): LogRecord {
    return {
      at: new Date(),
      serial: ++this.#serial,
      module,
      severity,
      text,
      subprogram: this.#subprogram,
      program: PROGRAM,
      priority: priority(this.#facility, severity),
    }
  }

  #write(destination: Destination, record: LogRecord): void {
    if (destination === 'console') this.#writer().write(this.#line(destination, record))
    else if (destination === 'file') this.#file.write(this.#line(destination, record))
    else this.#syslog.write(layOut(this.#patterns.syslog, record), record.priority)
  }

  #line(destination: 'console' | 'file', record: LogRecord): string {
    return `${this.#isJson ? jsonLine(record) : layOut(this.#patterns[destination], record)}\n`
  }

  #writer(): LineWriter {
    if (this.#console !== null) return this.#console
    const writer = new LineWriter(STDERR, (count) => this.#lostLine('console', count))
    process.once('exit', () => writer.drain())
    return (this.#console = writer)
  }

  #lostLine(destination: 'console' | 'file', count: number): string {
    const text = `${count} messages are lost: nobody read this log in time`
    return this.#line(destination, this.#record('vlog', 'warn', text))
  }
}

/** The log of this process. */
export const vlog = new Vlog()
