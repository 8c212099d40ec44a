/** What is shown while an answer is under way, or instead of it. */
export function Waiting({
  error,
  words = 'Reading',
}: {
  readonly error: string | null
  readonly words?: string
}) {
  if (error !== null) return <p class="outcome bad">{error}</p>
  return <p class="quiet" role="status">{`${words} …`}</p>
}
