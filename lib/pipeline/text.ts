import { escaped, type Form } from './form.js'

/** One value of a text and its name there: `{ vni }`, or `{ from: sender }`. */
export type Hole = Readonly<Record<string, Form<unknown>>>

type Intersection<U> = (U extends unknown ? (one: U) => void : never) extends (all: infer I) => void
  ? I
  : never

/** The values of a text by their names. Text without holes has none. */
export type ArgumentsOf<P extends readonly (string | Hole)[]> = [Exclude<P[number], string>] extends [never]
  ? object
  : {
      readonly [N in keyof Intersection<Exclude<P[number], string>>]: Intersection<
        Exclude<P[number], string>
      >[N] extends Form<infer A>
        ? A
        : never
    }

interface Named {
  readonly name: string
  readonly form: Form<unknown>
}

/**
 * A form written as the text itself, with holes for its values: text`reg0=${{ binding }},metadata=${{ metadata }}`. What stands
 * for a hole must be the same wherever the text names it.
 */
export function text<const P extends readonly (string | Hole)[]>(
  literals: TemplateStringsArray,
  ...holes: P
): Form<ArgumentsOf<P>> {
  const parts = partsOf(literals, holes)
  const named = parts.filter((part) => typeof part !== 'string')
  const whole = new RegExp(`^${sourceOf(parts, (source) => `(${source})`)}$`)
  const form: Form<Record<string, unknown>> = {
    source: sourceOf(parts, (source) => source),
    put(values, pieces) {
      for (const part of parts)
        if (typeof part === 'string') pieces.push(part)
        else part.form.put(values[part.name], pieces)
    },
    read(given) {
      const found = whole.exec(given)
      return found === null ? null : valuesOf(named, found)
    },
    map(values, change) {
      const mapped: Record<string, unknown> = {}
      for (const { name, form } of named) mapped[name] = form.map(values[name], change)
      return mapped
    },
    shown: () => parts.map((part) => (typeof part === 'string' ? part : part.form.shown(part.name))).join(''),
  }
  return form as unknown as Form<ArgumentsOf<P>>
}

function partsOf(
  literals: readonly string[],
  holes: readonly (string | Hole)[],
): readonly (string | Named)[] {
  const parts: (string | Named)[] = []
  const add = (literal: string): void => {
    const last = parts.at(-1)
    if (typeof last === 'string') parts[parts.length - 1] = last + literal
    else if (literal !== '') parts.push(literal)
  }
  for (const [i, literal] of literals.entries()) {
    add(literal)
    const hole = holes[i] ?? ''
    if (typeof hole === 'string') add(hole)
    else for (const [name, form] of Object.entries(hole)) parts.push({ name, form: form })
  }
  return parts
}

function sourceOf(parts: readonly (string | Named)[], hole: (source: string) => string): string {
  return parts.map((part) => (typeof part === 'string' ? escaped(part) : hole(part.form.source))).join('')
}

function valuesOf(named: readonly Named[], found: readonly string[]): Record<string, unknown> | null {
  const [values, texts]: [Record<string, unknown>, Record<string, string>] = [{}, {}]
  for (const [i, { name, form }] of named.entries()) {
    const given = found[i + 1] ?? ''
    if ((texts[name] ??= given) !== given) return null
    const value = form.read(given)
    // an optional value is null where its text is empty
    if (value === null && given !== '') return null
    values[name] = value
  }
  return values
}
