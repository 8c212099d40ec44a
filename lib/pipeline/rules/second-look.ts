import { goto, table } from '../tables.js'
import { fixed } from './fixed.js'

const looked = `set_field:0x1->reg5,${goto(table.learn)}`
const words = 'a frame is looked at anew without its tag, for it may bear another'

/**
 * What the user-space datapath keeps for a frame with one tag, it uses for frames with two: it can not say "no second tag".
 * So the frame is looked at anew when its tag is off, by the means of `nextRules`. No such means keeps a frame with MPLS
 * labels of its own as it is: of those, frames with two tags may pass.
 */
export const secondLookRules = [
  fixed('second look, MPLS', table.learn, 280, 'mpls,reg5=0', looked, words),
  fixed('second look, MPLS multicast', table.learn, 280, 'mplsm,reg5=0', looked, words),
  fixed('second look', table.learn, 270, 'reg5=0', `push_mpls:0x8847,pop_mpls:0x88b5,${looked}`, words),
]
