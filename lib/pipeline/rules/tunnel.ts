import { pipelineOwn, rule } from '../rule.js'
import { goto, table, usual } from '../tables.js'
import { text } from '../text.js'
import { hexPort, port } from '../values.js'

/** Frames come out of a tunnel there. A tagged one matches nothing and is dropped (RFC 7348, 6.1). */
export const tunnelEntrance = rule({
  name: 'tunnel entrance',
  table: table.classify,
  priority: usual,
  match: text`in_port=${{ port }},vlan_tci=0x0000/0x1000`,
  actions: text`${goto(table.sender)}`,
  cookie: pipelineOwn,
  says: (args, names) =>
    `frames that come out of a tunnel at ${names.port(args.port)} are told apart by their sender`,
})

/** Where frames leave by the first tunnel port. */
export const tunnelExit = rule({
  name: 'tunnel exit',
  table: table.tunnel,
  priority: 0,
  match: text``,
  actions: text`output:${{ port }}`,
  cookie: pipelineOwn,
  says: (args, names) => `tunnelled frames leave by ${names.port(args.port)}`,
})

/** Where they leave by one of the others. */
export const furtherTunnelExit = rule({
  name: 'further tunnel exit',
  table: table.tunnel,
  priority: 50,
  match: text`reg4=${{ via: hexPort }}`,
  actions: text`output:${{ port }}`,
  cookie: pipelineOwn,
  says: (args, names) => `tunnelled frames for ${names.port(args.port)} leave by it`,
})
