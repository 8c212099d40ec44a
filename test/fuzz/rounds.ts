import { createRandom, type Random } from '../support/differential/random.js'

/** `FILES=10000 [SEED=N] node dist/test/fuzz/files.test.js` for a long search. */
export const files = Number(process.env['FILES'] ?? 60)
export const seed = Number(process.env['SEED'] ?? Date.now() % 1e9)

/** A message that stays in its line. */
export const inOneLine = /^[^\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069]{1,600}$/u

/** Whether it was read; throws where it was refused otherwise than in a line with the place. */
export function isRead(
  read: () => unknown,
  isTold: (error: unknown) => error is Error,
  place: RegExp,
): boolean {
  try {
    read()
    return true
  } catch (error) {
    if (!isTold(error)) throw error
    if (!inOneLine.test(error.message) || !place.test(error.message))
      throw new Error(`not a line with its place: ${JSON.stringify(error.message.slice(0, 700))}`, {
        cause: error,
      })
    return false
  }
}

/** Each round of `play` says whether a text was read; some are, some are not. */
export function rounds(
  t: Pick<typeof import('tap').default, 'fail' | 'ok' | 'comment'>,
  name: string,
  play: (random: Random) => boolean,
): void {
  let [read, failed] = [0, 0]
  for (let round = seed; round < seed + files && failed < 3; round++)
    try {
      if (play(createRandom(round))) read++
    } catch (error) {
      failed++
      const text = error instanceof Error ? (error.stack ?? '') : String(error)
      t.fail(`FILES=1 SEED=${round}: ${name}: ${text.slice(0, 900)}`)
    }
  t.comment(`${name}: ${read} of ${files} are read`)
  t.ok(files < 50 || read < files, `${name}: some are refused`)
}
