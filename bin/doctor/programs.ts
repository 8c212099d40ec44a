import { CommandError, runCommand } from '../../adapters/switch/run-command.js'
import { shellWords } from '../../lib/plan/command.js'
import { type DoctorFinding, fine, wrong } from '../../lib/doctor/finding.js'

/** Programs that the daemon runs, their versions, and whether they are of the Open vSwitch that runs; null: not known. */
export async function programFindings(running: string | null): Promise<readonly DoctorFinding[]> {
  const found = await Promise.all((['ovs-vsctl', 'ovs-ofctl'] as const).map(versionOf))
  const missing = found.filter(({ version }) => version === null)
  if (missing.length > 0)
    return missing.map(({ program }) =>
      wrong(
        'programs',
        `${program}: no such program in PATH`,
        shellWords('apt-get', 'install', 'openvswitch-switch'),
      ),
    )
  const others = found.filter(({ version }) => running !== null && version !== running)
  const text = found.map(({ program, version }) => `${program} ${version ?? ''}`).join(', ')
  if (running !== null && others.length > 0)
    return [
      wrong(
        'programs',
        `${text}, but Open vSwitch ${running} is running`,
        shellWords('systemctl', 'restart', 'openvswitch-switch'),
      ),
    ]
  return [fine('programs', `${text}, Node.js ${process.versions.node}`)]
}

async function versionOf(
  program: 'ovs-vsctl' | 'ovs-ofctl',
): Promise<{ readonly program: string; readonly version: string | null }> {
  try {
    const said = await runCommand({ program, arguments: ['--version'], input: '' })
    return { program, version: /\) (\S+)/.exec(said)?.[1] ?? 'of no known version' }
  } catch (error) {
    if (error instanceof CommandError) return { program, version: null }
    throw error
  }
}
