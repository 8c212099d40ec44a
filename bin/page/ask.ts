import { useEffect, useRef, useState } from 'preact/hooks'
import type { Answers, PageTrouble } from '../../lib/screens/page/api.js'

export type PageQuery = Readonly<Record<string, string | number | null>>

/** The address of a question, below that of the page; what is null is not asked. */
export function addressOf(path: string, query: PageQuery): string {
  const asked = Object.entries(query).flatMap(([name, value]) =>
    value === null ? [] : [[name, String(value)]],
  )
  return `${path.slice(1)}?${new URLSearchParams(asked).toString()}`
}

/** The server's answer. Rejects with an Error that says what is wrong in the words of the server. */
export async function askServer<Path extends keyof Answers>(
  path: Path,
  query: PageQuery,
): Promise<Answers[Path]> {
  const response = await fetch(addressOf(path, query)).catch(() => {
    throw new Error('vtep-replay does not answer any more; what is shown is what it said last')
  })
  const text = await response.text()
  if (!response.ok) throw new Error(reasonIn(text) ?? `vtep-replay answered ${response.status}`)
  return JSON.parse(text) as Answers[Path]
}

function reasonIn(text: string): string | null {
  try {
    return (JSON.parse(text) as PageTrouble).error
  } catch {
    return null
  }
}

export interface Answered<T> {
  /** The last good answer; it may be to the question before. */
  readonly value: T | null
  readonly error: string | null
  readonly isWaiting: boolean
}

/**
 * The answer to the latest question; null asks nothing. One question is under way at a time, those that were overtaken
 * meanwhile are never asked: the server is not flooded while the slider moves.
 */
export function useAnswer<Path extends keyof Answers>(
  path: Path,
  query: PageQuery | null,
): Answered<Answers[Path]> {
  const [answered, setAnswered] = useState<Answered<Answers[Path]>>(nothing)
  const pending = useRef<{ next: PageQuery | null; isBusy: boolean }>({ next: null, isBusy: false })
  const key = query && JSON.stringify(query)
  useEffect(() => {
    pending.current.next = query
    if (query === null || pending.current.isBusy) return
    const run = async (): Promise<void> => {
      pending.current.isBusy = true
      for (let next = pending.current.next; next !== null; next = pending.current.next) {
        pending.current.next = null
        setAnswered((was) => ({ ...was, isWaiting: true }))
        try {
          const value = await askServer(path, next)
          setAnswered({ value, error: null, isWaiting: false })
        } catch (error) {
          const reason = error instanceof Error ? error.message : String(error)
          setAnswered((was) => ({ ...was, error: reason, isWaiting: false }))
        }
      }
      pending.current.isBusy = false
    }
    void run()
  }, [path, key])
  return answered
}

const nothing = { value: null, error: null, isWaiting: false }
