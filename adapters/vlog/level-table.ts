import { DESTINATIONS, takesLevel, type Destination, type Level, type Severity } from './level.js'

type Levels = Record<Destination, Level>

/** The level of every module at every destination. */
export class LevelTable {
  readonly #modules = new Map<string, Levels>()
  readonly #initial: Levels

  constructor(initial: Readonly<Levels>) {
    this.#initial = { ...initial }
  }

  /** Makes `module` known, at the levels last set for all modules. Adding a known one changes nothing. */
  add(module: string): void {
    if (!this.#modules.has(module)) this.#modules.set(module, { ...this.#initial })
  }

  modules(): ReadonlySet<string> {
    return new Set(this.#modules.keys())
  }

  /** Sets one level; an undefined module or destination stands for all, modules added later included. */
  set(module: string | undefined, destination: Destination | undefined, level: Level): void {
    const rows =
      module === undefined ? [...this.#modules.values(), this.#initial] : [this.#modules.get(module)]
    for (const row of rows) {
      for (const each of destination === undefined ? DESTINATIONS : [destination]) if (row) row[each] = level
    }
  }

  /** The destinations that take a message of `module` with `severity`. */
  destinations(module: string, severity: Severity): readonly Destination[] {
    const row = this.#modules.get(module) ?? this.#initial
    return DESTINATIONS.filter((destination) => takesLevel(row[destination], severity))
  }

  /** The table `ovs-appctl vlog/list` shows, modules sorted. */
  toString(): string {
    const rows = [...this.#modules]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, row]) => listLine(name, row))
    return [
      '                 console    syslog    file\n',
      '                 -------    ------    ------\n',
      ...rows,
    ].join('')
  }
}

function listLine(module: string, row: Readonly<Levels>): string {
  const columns = DESTINATIONS.map((destination) => row[destination].toUpperCase().padStart(4))
  return `${module.padEnd(16)}  ${columns.join('       ')}\n`
}
