import type { Values } from './value-map.js'

/**
 * How values of one kind stand in the text of a flow. Printing, reading and changing follow from one declaration, so they can't
 * disagree: `read(print(value))` is `value`.
 */
export interface Form<A> {
  /** Source of a regular expression for its texts; it captures no groups. */
  readonly source: string
  /** Appends the text of `value` in pieces. Whoever joins all pieces at once gets a flat string, which is smaller to keep. */
  put(value: A, pieces: string[]): void
  /** Null: the text is none of this form. */
  read(text: string): A | null
  /** `value` with each of its values replaced. */
  map(value: A, values: Values): A
  /** How it looks, for a reader; `name`: what the value is called. */
  shown(name: string): string
}

export function printForm<A>(form: Form<A>, value: A): string {
  const pieces: string[] = []
  form.put(value, pieces)
  return pieces.join('')
}

/** The text before, a value, the text behind. */
export function around<A>(before: string, form: Form<A>, behind = ''): Form<A> {
  return {
    source: `${escaped(before)}${form.source}${escaped(behind)}`,
    put(value, pieces) {
      pieces.push(before)
      form.put(value, pieces)
      pieces.push(behind)
    },
    read: (text) =>
      text.startsWith(before) && text.endsWith(behind) && text.length >= before.length + behind.length
        ? form.read(text.slice(before.length, text.length - behind.length))
        : null,
    map: (value, values) => form.map(value, values),
    shown: (name) => before + form.shown(name) + behind,
  }
}

/** Null is no text at all. */
export function optionalForm<A>(form: Form<A>): Form<A | null> {
  return {
    source: `(?:${form.source})?`,
    put(value, pieces) {
      if (value !== null) form.put(value, pieces)
    },
    read: (text) => (text === '' ? null : form.read(text)),
    map: (value, values) => (value === null ? null : form.map(value, values)),
    shown: (name) => `[${form.shown(name)}]`,
  }
}

/** True is this text, false is none. */
export function flag(text: string): Form<boolean> {
  return oneOf([
    [text, true],
    ['', false],
  ])
}

/** A few values that stand for themselves, each with a text of its own. */
export function oneOf<A extends string | number | boolean>(all: readonly (readonly [string, A])[]): Form<A> {
  return {
    source: `(?:${all.map(([text]) => escaped(text)).join('|')})`,
    put(value, pieces) {
      pieces.push(all.find(([, other]) => other === value)?.[0] ?? '')
    },
    read: (text) => all.find(([other]) => other === text)?.[1] ?? null,
    map: (value) => value,
    shown: () => {
      const texts = all.map(([text]) => text)
      const said = texts.filter((text) => text !== '').join('|')
      return texts.includes('') ? `[${said}]` : said
    },
  }
}

/** A value in one of two forms. */
export function either<A>(isFirst: (value: A) => boolean, first: Form<A>, second: Form<A>): Form<A> {
  const of = (value: A): Form<A> => (isFirst(value) ? first : second)
  return {
    source: `(?:${first.source}|${second.source})`,
    put: (value, pieces) => of(value).put(value, pieces),
    read: (text) => first.read(text) ?? second.read(text),
    map: (value, values) => of(value).map(value, values),
    shown: (name) => `(${first.shown(name)}|${second.shown(name)})`,
  }
}

/** One or more with commas between. */
export function list<A>(form: Form<A>): Form<readonly A[]> {
  const next = new RegExp(`(${form.source})(?:,|$)`, 'y')
  return {
    source: `${form.source}(?:,${form.source})*`,
    put(all, pieces) {
      for (const [i, value] of all.entries()) {
        if (i > 0) pieces.push(',')
        form.put(value, pieces)
      }
    },
    read(text) {
      const all: A[] = []
      for (next.lastIndex = 0; next.lastIndex < text.length;) {
        const value = form.read(next.exec(text)?.[1] ?? '')
        if (value === null) return null
        all.push(value)
      }
      return all
    },
    map: (all, values) => all.map((value) => form.map(value, values)),
    shown: (name) => `${form.shown(name)},...`,
  }
}

export function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
