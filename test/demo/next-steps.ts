/** What to try in the sandbox of `npm run demo -- --keep`: commands, each with its reason. */
export const nextSteps: readonly (readonly [purpose: string, command: string])[] = [
  ['is it in sync?', 'ovs-vtep status br0'],
  [
    'place a MAC, and see what was done',
    'vtep-ctl add-ucast-remote ls0 02:00:00:00:00:42 10.2.2.3; vtep-replay log br0',
  ],
  ['why does it go there?', 'vtep-replay explain br0 02:00:00:00:00:42'],
  ['delete a flow; is it back?', 'ovs-ofctl del-flows br0 table=20,dl_dst=02:00:00:00:00:42; vtep-diff br0'],
  ['the whole history in a browser', 'vtep-replay serve br0'],
]
