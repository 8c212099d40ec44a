/** A command line that can't be carried out: one line that names the option. The program exits with 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
