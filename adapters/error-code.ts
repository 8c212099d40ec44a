import { getSystemErrorMap } from 'node:util'

/** Whether `error` is a system's or SQLite's error of that code, such as `ENOENT`. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

/** What the system calls an error of a file, such as `no such file or directory`; else its message. */
export function systemErrorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const errno = 'errno' in error && typeof error.errno === 'number' ? error.errno : 0
  return getSystemErrorMap().get(errno)?.[1] ?? error.message
}
