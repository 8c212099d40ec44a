/** Severities, the gravest first; a destination at `off` gets nothing. */
export const LEVELS = ['off', 'emer', 'err', 'warn', 'info', 'dbg'] as const
export type Level = (typeof LEVELS)[number]
/** What a message can have. */
export type Severity = Exclude<Level, 'off'>

export const DESTINATIONS = ['console', 'syslog', 'file'] as const
export type Destination = (typeof DESTINATIONS)[number]

/** Whether a destination set to `level` takes messages of `severity`. */
export function takesLevel(level: Level, severity: Severity): boolean {
  return LEVELS.indexOf(severity) <= LEVELS.indexOf(level)
}

/** The level called `word`, in any case of letters. */
export function levelNamed(word: string): Level | undefined {
  return LEVELS.find((level) => level === word.toLowerCase())
}

/** The destination called `word`, in any case of letters. */
export function destinationNamed(word: string): Destination | undefined {
  return DESTINATIONS.find((destination) => destination === word.toLowerCase())
}
