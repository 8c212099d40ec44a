import { goto, table } from '../tables.js'
import { fixed } from './fixed.js'

const looked = `set_field:0x1->reg5,${goto(table.learn)}`
const labelled = `encap(nsh(md_type=1)),decap(),${looked}`
const words = 'a frame is looked at anew without its tag, for it may bear another'

/**
 * What the user-space datapath keeps for a frame with one tag, it uses for frames with two: it can not say "no second
 * tag". So the frame is looked at anew when its tag is off, by the means of `nextRules`. One that is MPLS itself would
 * lose a label by that: it is put into a Network Service Header (RFC 8300) and taken out, which not every kernel can
 * do.
 */
export const secondLookRules = [
  fixed('second look, MPLS', table.learn, 280, 'mpls,reg5=0', labelled, words),
  fixed('second look, MPLS multicast', table.learn, 280, 'mplsm,reg5=0', labelled, words),
  fixed('second look', table.learn, 270, 'reg5=0', `push_mpls:0x8847,pop_mpls:0x88b5,${looked}`, words),
]
