import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import './installation.js'

/** How a program ended. */
export interface Outcome {
  readonly status: number | undefined
  readonly stdout: string
  readonly stderr: string
}

/** A short directory of its own for sockets, pidfiles and logs, and the environment that makes OVS use it. */
export class RunDirectory {
  readonly path = mkdtempSync(join(tmpdir(), 'vtep-'))
  readonly env = {
    OVS_RUNDIR: this.path,
    OVS_LOGDIR: this.path,
    OVS_DBDIR: this.path,
    OVS_SYSLOG_METHOD: 'null',
    TZ: 'UTC',
  }

  file(name: string): string {
    return join(this.path, name)
  }

  /** Runs a program to its end; a failure is an outcome, not a throw. */
  async run(program: string, ...args: string[]): Promise<Outcome> {
    const { exitCode, stdout, stderr } = await execa(program, args, { env: this.env, reject: false })
    return { status: exitCode, stdout, stderr }
  }

  async appctl(...args: string[]): Promise<Outcome> {
    return await this.run('ovs-appctl', '-T', '10', '-t', 'ovs-vtep', ...args)
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}
