import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/** How a process ended: either its exit status or the signal that killed it. */
export interface ChildExitStatus {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** A daemon that met a bug of its own exits with this. */
export const RESTART_EXIT_CODE = 5

/**
 * Signals that mean the daemon failed rather than that someone stopped it. SIGKILL is one, unlike in
 * other OVS daemons: the kernel kills so when memory runs out.
 */
const FAILURES: readonly (NodeJS.Signals | null)[] = [
  'SIGABRT',
  'SIGALRM',
  'SIGBUS',
  'SIGFPE',
  'SIGILL',
  'SIGKILL',
  'SIGPIPE',
  'SIGSEGV',
  'SIGXCPU',
  'SIGXFSZ',
]

/** Whether `--monitor` starts the daemon again after such an end. */
export function isFailure({ code, signal }: ChildExitStatus): boolean {
  return code === RESTART_EXIT_CODE || FAILURES.includes(signal)
}

/** How `child` ends; one that can't even be started, of which there is only the reason, has no status. Call it before the end. */
export async function exitOf(child: ChildProcess | string): Promise<ChildExitStatus> {
  if (typeof child === 'string') return { code: null, signal: null }
  if (child.exitCode === null && child.signalCode === null) {
    await once(child, 'exit').catch(() => ({ code: 1, signal: null }))
  }
  return { code: child.exitCode, signal: child.signalCode }
}

/** `status` in words. */
export function exitText({ code, signal }: ChildExitStatus): string {
  return signal === null ? `exited with status ${code ?? 'unknown'}` : `was killed by ${signal}`
}
