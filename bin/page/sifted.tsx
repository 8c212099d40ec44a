import type { ComponentChildren } from 'preact'
import type { Answered } from './ask.js'
import { Waiting } from './waiting.js'
import { counted } from '../../lib/words/counted.js'

interface SieveProps {
  readonly id: string
  readonly label: string
  readonly text: string
  readonly placeholder: string
  readonly set: (text: string) => void
  /** What else chooses. */
  readonly children?: ComponentChildren
}

/** The field that chooses what of a list is shown. */
export function Sieve({ id, label, text, placeholder, set, children }: SieveProps) {
  return (
    <div class="line">
      <label for={id}>{label}</label>
      <input
        id={id}
        value={text}
        placeholder={placeholder}
        onInput={(event) => set(event.currentTarget.value)}
      />
      {children}
    </div>
  )
}

interface SiftedProps<T> {
  readonly answer: Answered<{ readonly total: number; readonly shown: readonly T[] }>
  readonly noun: string
  /** Of what they are. */
  readonly of?: string
  readonly children: (shown: readonly T[]) => ComponentChildren
}

/** What was chosen, and how many that are. */
export function Sifted<T>({ answer: { value, error }, noun, of = '', children }: SiftedProps<T>) {
  if (value === null) return <Waiting error={error} />
  const { total, shown } = value
  return (
    <>
      <p class="quiet" role="status">
        {counted(total, noun)}
        {of}
        {total > shown.length ? `, the first ${shown.length} of them` : ''}
      </p>
      {children(shown)}
    </>
  )
}
