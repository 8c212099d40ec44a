import { useState } from 'preact/hooks'

/** A block of text for a terminal, and a button that copies it. */
export function Pasteable({ text, name }: { readonly text: string; readonly name: string }) {
  return (
    <div class="pasteable">
      <pre tabIndex={0} role="region" aria-label={name}>
        {text}
      </pre>
      <CopyButton text={text} words="Copy" name={`Copy ${name}`} />
    </div>
  )
}

interface CopyProps {
  readonly text: string
  readonly words: string
  readonly name: string
}

export function CopyButton({ text, words, name }: CopyProps) {
  const [said, setSaid] = useState<string | null>(null)
  const copy = async (): Promise<void> => {
    const has = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    )
    setSaid(has ? 'Copied' : 'No clipboard')
    setTimeout(() => setSaid(null), 1_500)
  }
  return (
    <button type="button" class="small" aria-label={name} onClick={() => void copy()}>
      <span aria-live="polite">{said ?? words}</span>
    </button>
  )
}
