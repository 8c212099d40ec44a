/** A command line that can not be understood: one line that names the option. The program exits with `exitStatus.usage`. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
