import { RESTART_EXIT_CODE } from '../../adapters/daemon/exit-status.js'

/** The exit statuses of all three programs. Each has one meaning, whatever the program and its command. */
export const exitStatus = {
  /** Done, or nothing was found. */
  done: 0,
  /** It could not be done; one line says why. */
  trouble: 1,
  /** Done, and something is left for who asked: a difference, a step to make, a fault, several entries where one was sought. */
  found: 2,
  /** A fault of the program itself, or a daemon that had to give up: `--monitor` and systemd start it again. */
  fault: RESTART_EXIT_CODE,
  /** The command line can not be understood: EX_USAGE of sysexits.h. */
  usage: 64,
} as const

export type ExitStatus = (typeof exitStatus)[keyof typeof exitStatus]

/** The table for `--help`, where `none` and `found` say what 0 and 2 mean here. */
export function exitStatusText(none: string, found: string): string {
  const { done, trouble, found: two, fault, usage } = exitStatus
  return `Exit status: ${done} ${none}, ${two} ${found}, ${trouble} trouble
(one line says what), ${fault} a fault of the program itself, ${usage} a wrong command line.`
}

/** The table for the man pages. */
export const exitStatusPage = `${exitStatus.done}: it was done, or nothing was found.

${exitStatus.trouble}: it could not be done; one line says what is in the way.

${exitStatus.found}: it was done, and something was found: differences (vtep-diff, and verify, diff and apply of vtep-replay), something to do (a dry run of ovs-vtep), something wrong (ovs-vtep doctor), several entries where one was sought (vtep-replay bisect).

${exitStatus.fault}: a fault of the program itself, or a daemon that had to give up; its monitor and systemd start it again.

${exitStatus.usage}: the command line can not be understood; one line names the option or the word. systemd does not try it again.`
