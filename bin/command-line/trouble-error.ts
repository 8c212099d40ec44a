/** What was asked for can not be done: one line that names what is in the way. The program exits with `exitStatus.trouble`. */
export class TroubleError extends Error {
  override readonly name = 'TroubleError'
}
