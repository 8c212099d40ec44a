import { ScratchError, schemaFile } from '../../adapters/scratch/programs.js'
import { shellWords } from '../../lib/plan/command.js'

const files = {
  Open_vSwitch: { schema: 'vswitch.ovsschema', database: 'conf.db' },
  hardware_vtep: { schema: 'vtep.ovsschema', database: 'vtep.db' },
} as const

/** Commands that give a database, or its schema, to the local ovsdb-server. */
export function mendingOf(database: keyof typeof files): {
  readonly create: string
  readonly convert: (remote: string) => string
} {
  const { schema, database: name } = files[database]
  const directory = process.env['OVS_DBDIR'] ?? ''
  const file = `${directory === '' ? '/etc/openvswitch' : directory}/${name}`
  const from = installed(schema)
  return {
    create: `${shellWords('ovsdb-tool', 'create', file, from)} && ${shellWords('ovs-appctl', '-t', 'ovsdb-server', 'ovsdb-server/add-db', file)}`,
    convert: (remote) => shellWords('ovsdb-client', 'convert', remote, from),
  }
}

function installed(schema: string): string {
  try {
    return schemaFile(schema)
  } catch (error) {
    if (error instanceof ScratchError) return `/usr/share/openvswitch/${schema}`
    throw error
  }
}
